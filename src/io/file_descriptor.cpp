#include "file_descriptor.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace rmtheat::io {
namespace {

[[noreturn]] void throw_errno(const std::string& action) {
  throw std::system_error(errno, std::generic_category(), action);
}

}  // namespace

FileDescriptor::FileDescriptor(const std::filesystem::path& path, int flags)
    : descriptor_(open(path.c_str(), flags | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) {
    throw_errno("opening " + path.string());
  }
}

FileDescriptor::~FileDescriptor() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

void FileDescriptor::write(std::span<const std::byte> bytes) const {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      throw_errno("writing");
    }
  }
}

void FileDescriptor::synchronize() const {
  if (fsync(descriptor_) != 0) {
    throw_errno("fsync");
  }
}

std::size_t FileDescriptor::size() const {
  struct stat status {};
  if (fstat(descriptor_, &status) != 0) {
    throw_errno("fstat");
  }
  return static_cast<std::size_t>(status.st_size);
}

void FileDescriptor::close() {
  if (::close(std::exchange(descriptor_, -1)) != 0) {
    throw_errno("closing");
  }
}

}  // namespace rmtheat::io
