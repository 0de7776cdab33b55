#include "atomic_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "rmtheat/io/results_file.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void throw_errno(const std::string& action) {
  throw std::system_error(errno, std::generic_category(), action);
}

class FileDescriptor {
 public:
  FileDescriptor(const fs::path& path, int flags) : descriptor_(open(path.c_str(), flags, 0666)) {
    if (descriptor_ < 0) {
      throw_errno("opening " + path.string());
    }
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  FileDescriptor(FileDescriptor&&) = delete;
  FileDescriptor& operator=(FileDescriptor&&) = delete;
  ~FileDescriptor() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }

  void write(std::span<const std::byte> bytes) const {
    while (!bytes.empty()) {
      const auto written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written >= 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(written));
      } else if (errno != EINTR) {
        throw_errno("writing");
      }
    }
  }

  void synchronize() const {
    if (fsync(descriptor_) != 0) {
      throw_errno("fsync");
    }
  }

  /// Network file systems may tell of a failed write only here.
  void close() {
    if (::close(std::exchange(descriptor_, -1)) != 0) {
      throw_errno("closing");
    }
  }

 private:
  int descriptor_;
};

/// A file beside the target that disappears unless it takes the target's name.
class TemporaryFile {
 public:
  explicit TemporaryFile(fs::path target)
      : target_(std::move(target)),
        path_(target_.string() + ".tmp-" + std::to_string(getpid())),
        file_(path_, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  TemporaryFile(TemporaryFile&&) = delete;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }

  FileDescriptor& file() { return file_; }
  void take_name() const { fs::rename(path_, target_); }

 private:
  fs::path target_;
  fs::path path_;
  FileDescriptor file_;
};

fs::path directory_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

void write_atomically(const fs::path& path, std::span<const std::byte> bytes) {
  try {
    TemporaryFile temporary(path);
    temporary.file().write(bytes);
    temporary.file().synchronize();
    temporary.file().close();
    temporary.take_name();
    FileDescriptor(directory_of(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC).synchronize();
  } catch (const std::system_error& error) {
    throw SystemError(
        fmt::format("File {} cannot be written: {}.", path.string(), error.code().message()));
  }
}

void require_writable(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    throw InputError(fmt::format("File {} cannot be written: there is a directory of this name.",
                                 path.string()));
  }
  if (!fs::is_directory(directory_of(path), ignored)) {
    throw InputError(fmt::format("File {} cannot be written: directory {} does not exist.",
                                 path.string(), directory_of(path).string()));
  }
  try {
    const TemporaryFile probe(path);
  } catch (const std::system_error& error) {
    throw InputError(
        fmt::format("File {} cannot be written: {}.", path.string(), error.code().message()));
  }
}

}  // namespace rmtheat::io
