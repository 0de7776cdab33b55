#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

namespace rmtheat::io {

class FileDescriptor;

/// Keeps other jobs from writing the same file, by a file NAME.lock beside it that is locked by
/// flock(2) as long as the job runs, and says who holds it: host, start of its kernel, namespace of
/// processes, process, its start, batch job. Works across containers, and across the machines of a
/// shared file system.
///
/// A lock is taken over when its holder is gone: one of this kernel when its flock is (without
/// flock(2), when the process is), one of an earlier start of the same batch job, and one of
/// another kernel when it was not refreshed for `abandoned_after`.
class FileLock {
 public:
  static constexpr std::chrono::seconds abandoned_after{600};
  /// How often refresh() is to be called.
  static constexpr std::chrono::seconds refresh_interval{30};

  /// Throws InputError naming the holder when the file is locked, or the reason when no lock file
  /// can be made, SystemError when it cannot be written. Waits for seconds at most.
  explicit FileLock(const std::filesystem::path& file);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;

  /// Shows that the holder lives.
  void refresh() const noexcept;
  /// Throws SystemError when others have removed the lock or taken it over.
  void require_held() const;
  /// Removes the lock file; does nothing the second time.
  void release() noexcept;

 private:
  std::filesystem::path file_;
  std::filesystem::path path_;
  std::unique_ptr<FileDescriptor> lock_;  ///< open, with its flock
};

}  // namespace rmtheat::io
