#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace rmtheat::io {

/// An open file. Errors are thrown as std::system_error.
class FileDescriptor {
 public:
  /// `flags` of open(2); a new file gets the permissions that the umask leaves of rw-rw-rw-.
  FileDescriptor(const std::filesystem::path& path, int flags);
  ~FileDescriptor();
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  FileDescriptor(FileDescriptor&&) = delete;
  FileDescriptor& operator=(FileDescriptor&&) = delete;

  [[nodiscard]] int number() const { return descriptor_; }
  void write(std::span<const std::byte> bytes) const;
  void synchronize() const;
  [[nodiscard]] std::size_t size() const;
  /// Network file systems may tell of a failed write only here.
  void close();

 private:
  int descriptor_;
};

}  // namespace rmtheat::io
