#include "atomic_file.hpp"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <random>
#include <regex>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "file_descriptor.hpp"
#include "host_name.hpp"
#include "rmtheat/io/file_lock.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/fault.hpp"

namespace rmtheat::io {

namespace fs = std::filesystem;

namespace {

constexpr const char* temporary_suffix = ".tmp-";

/// FILE.tmp-HOST-PROCESS-RANDOM, the last 16 digits in base 16. A process number alone may be
/// another's, on another host or in another container.
fs::path temporary_name(const fs::path& target) {
  std::random_device random;
  const auto half = [&random] { return static_cast<std::uint32_t>(random()); };
  return fmt::format("{}{}{}-{}-{:08x}{:08x}", target.string(), temporary_suffix, host_name(),
                     getpid(), half(), half());
}

/// True for the names above, whatever host, process and random number.
bool is_temporary_name(const std::string& name, const fs::path& target) {
  const std::string beginning = target.filename().string() + temporary_suffix;
  static const std::regex ending("[^/-][^/]*-[0-9]{1,10}-[0-9a-f]{16}");
  return name.starts_with(beginning) &&
         name.rfind(temporary_suffix) == target.filename().string().size() &&
         std::regex_match(name.substr(beginning.size()), ending);
}

/// A file beside the target that disappears unless it takes the target's name.
class TemporaryFile {
 public:
  explicit TemporaryFile(fs::path target)
      : target_(std::move(target)),
        path_(temporary_name(target_)),
        file_(path_, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  TemporaryFile(TemporaryFile&&) = delete;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }

  FileDescriptor& file() { return file_; }
  void take_name() const {
    if (fault_is_due(Fault::rename)) {
      throw std::system_error(EIO, std::generic_category(), "renaming");
    }
    fs::rename(path_, target_);
  }

 private:
  fs::path target_;
  fs::path path_;
  FileDescriptor file_;
};

fs::path directory_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

}  // namespace

void write_atomically(const fs::path& path, std::span<const std::byte> bytes,
                      const FileLock* lock) {
  try {
    TemporaryFile temporary(path);
    if (fault_is_due(Fault::write)) {
      throw std::system_error(ENOSPC, std::generic_category(), "writing");
    }
    temporary.file().write(bytes);
    temporary.file().synchronize();
    if (temporary.file().size() != bytes.size()) {
      throw std::system_error(EIO, std::generic_category(), "writing");
    }
    temporary.file().close();
    if (lock != nullptr) {
      lock->require_held();
    }
    temporary.take_name();
    FileDescriptor(directory_of(path), O_RDONLY | O_DIRECTORY).synchronize();
  } catch (const std::system_error& error) {
    throw SystemError(
        fmt::format("File {} cannot be written: {}.", path.string(), error.code().message()));
  }
}

void remove_abandoned_files(const fs::path& path) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory_of(path), ignored)) {
    if (is_temporary_name(entry.path().filename().string(), path)) {
      fs::remove(entry.path(), ignored);
    }
  }
}

void require_directory(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    throw InputError(fmt::format("File {} cannot be written: there is a directory of this name.",
                                 path.string()));
  }
  if (!fs::is_directory(directory_of(path), ignored)) {
    throw InputError(fmt::format("File {} cannot be written: directory {} does not exist.",
                                 path.string(), directory_of(path).string()));
  }
}

void require_writable(const fs::path& path) {
  require_directory(path);
  try {
    const TemporaryFile probe(path);
  } catch (const std::system_error& error) {
    throw InputError(
        fmt::format("File {} cannot be written: {}.", path.string(), error.code().message()));
  }
}

}  // namespace rmtheat::io
