#pragma once

#include <chrono>
#include <filesystem>

namespace rmtheat::io {

/// Keeps other jobs from writing the same file, by a file NAME.lock beside it that says who holds
/// it: host, process, start time, batch job. Works across the machines of a shared file system.
///
/// A lock whose holder is gone is taken over: one of this host when that process is gone (or its
/// number belongs to another by now), one of an earlier start of the same batch job, and one of
/// another host when it was not refreshed for `abandoned_after`.
class FileLock {
 public:
  static constexpr std::chrono::seconds abandoned_after{600};
  /// How often refresh() is to be called.
  static constexpr std::chrono::seconds refresh_interval{30};

  /// Throws InputError naming the holder when the file is locked, SystemError when no lock file can
  /// be written.
  explicit FileLock(const std::filesystem::path& file);
  ~FileLock() { release(); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;

  /// Shows that the holder lives.
  void refresh() const noexcept;
  /// Removes the lock file; does nothing the second time.
  void release() noexcept;

 private:
  std::filesystem::path path_;
};

}  // namespace rmtheat::io
