#include "rmtheat/io/file_lock.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "atomic_file.hpp"
#include "file_descriptor.hpp"
#include "host_name.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {

namespace fs = std::filesystem;

namespace {

/// A lock file without a text is one whose writer is about to write it, or died before it did.
constexpr std::chrono::seconds unwritten_after{5};
/// How long others who come at the same moment are waited for.
constexpr std::chrono::seconds patience{10};
constexpr std::chrono::milliseconds pause{20};
constexpr int glances = 10;  // that others take at a lock file, no longer than a pause each

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// Of this start of this machine's kernel, which no other has.
std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  file >> id;
  return id;
}

/// In which alone a process number means anything.
std::string process_namespace() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/ns/pid", ignored).string();
}

/// When the process was started, in the kernel's ticks since boot; with its number it names a
/// process for ever. Empty when there is none, or a dead one that nobody has waited for.
std::optional<std::string> start_of(long process) {
  std::ifstream stat(fmt::format("/proc/{}/stat", process));
  const std::string text{std::istreambuf_iterator<char>(stat), {}};
  const auto name_end = text.rfind(')');  // the program's name may have spaces and parentheses
  if (name_end == std::string::npos) {
    return std::nullopt;
  }
  std::istringstream fields(text.substr(name_end + 1));
  const std::vector<std::string> values{std::istream_iterator<std::string>(fields), {}};
  constexpr std::size_t state = 0;
  constexpr std::size_t start = 19;
  if (values.size() <= start || values[state] == "Z" || values[state] == "X") {
    return std::nullopt;
  }
  return values[start];
}

struct Holder {
  std::string host = "unknown";
  std::string boot;       ///< boot_id()
  std::string processes;  ///< process_namespace()
  long process = 0;
  std::string start;               ///< start_of(process)
  std::string since = "just now";  ///< for people
  std::string job;                 ///< SLURM's number, empty without
  std::string restart;             ///< how often SLURM has requeued that job

  NLOHMANN_DEFINE_TYPE_INTRUSIVE_WITH_DEFAULT(Holder, host, boot, processes, process, start, since,
                                              job, restart)
};

Holder myself() {
  const auto process = static_cast<long>(getpid());
  return {host_name(),
          boot_id(),
          process_namespace(),
          process,
          start_of(process).value_or(""),
          fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))),
          environment("SLURM_JOB_ID"),
          environment("SLURM_RESTART_COUNT")};
}

std::optional<Holder> holder_in(const fs::path& path) {
  std::ifstream file(path);
  const auto json = nlohmann::json::parse(file, nullptr, false);
  try {
    return json.get<Holder>();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

enum class Flock { taken, anothers, unknown_here };

Flock take_flock(const FileDescriptor& file) {
  for (int glance = 0; glance < glances; ++glance) {
    if (flock(file.number(), LOCK_EX | LOCK_NB) == 0) {
      return Flock::taken;
    }
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return Flock::unknown_here;  // some file systems have none
    }
    std::this_thread::sleep_for(pause);
  }
  return Flock::anothers;
}

/// Of a holder whose flock, where there is any, is gone.
bool is_gone(const std::optional<Holder>& holder, std::chrono::seconds unrefreshed,
             bool flock_was_free) {
  if (!holder) {
    return unrefreshed > unwritten_after;
  }
  const auto me = myself();
  if (holder->boot == me.boot && holder->processes == me.processes) {
    return start_of(holder->process) != holder->start;
  }
  // In a container of this machine, say: the kernel is the same, and has given the flock back.
  const bool same_kernel = holder->boot == me.boot && flock_was_free;
  const bool requeued = !me.job.empty() && holder->job == me.job && holder->restart != me.restart;
  return same_kernel || requeued || unrefreshed > FileLock::abandoned_after;
}

[[noreturn]] void cannot_be_used(const fs::path& path, const std::string& reason) {
  throw InputError(fmt::format(
      "Lock file {} cannot be used: {}; remove it if no job writes its file, or name another file.",
      path.string(), reason));
}

/// True where the path still names the open file.
bool names(const fs::path& path, const FileDescriptor& file) {
  struct stat opened {};
  struct stat named {};
  return fstat(file.number(), &opened) == 0 && lstat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

/// The new lock file, or nothing when there is one of another job.
std::unique_ptr<FileDescriptor> create(const fs::path& file, const fs::path& path) {
  std::unique_ptr<FileDescriptor> lock;
  try {
    lock = std::make_unique<FileDescriptor>(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW);
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::file_exists) {
      return nullptr;
    }
    throw InputError(
        fmt::format("File {} cannot be written: {}.", file.string(), error.code().message()));
  }
  try {
    if (take_flock(*lock) == Flock::anothers) {
      return nullptr;  // somebody has found it without a text, who will not have it for long
    }
    const auto text = nlohmann::json(myself()).dump() + "\n";
    lock->write(std::as_bytes(std::span(text)));
  } catch (const std::system_error& error) {
    unlink(path.c_str());
    throw SystemError(
        fmt::format("Lock file {} cannot be written: {}.", path.string(), error.code().message()));
  }
  return names(path, *lock) ? std::move(lock) : nullptr;
}

/// The lock file of another job, open to be locked; nothing when it has been released meanwhile.
std::unique_ptr<FileDescriptor> open_anothers(const fs::path& path) {
  constexpr int flags = O_NOFOLLOW | O_NONBLOCK;
  std::unique_ptr<FileDescriptor> lock;
  for (const int access : {O_RDWR, O_RDONLY}) {  // to lock it network file systems want O_RDWR
    try {
      lock = std::make_unique<FileDescriptor>(path, access | flags);
      break;
    } catch (const std::system_error& error) {
      if (error.code() == std::errc::no_such_file_or_directory) {
        return nullptr;
      }
      if (access == O_RDONLY) {
        cannot_be_used(path, error.code() == std::errc::too_many_symbolic_link_levels
                                 ? "it is a symbolic link"
                                 : error.code().message());
      }
    }
  }
  struct stat status {};
  if (fstat(lock->number(), &status) != 0 || !S_ISREG(status.st_mode)) {
    cannot_be_used(path, "it is no regular file");
  }
  return lock;
}

/// Removes the lock of a holder who is gone; returns the holder where it is not. Two jobs that both
/// find a lock abandoned must not remove each other's new one: the one that has the old file's
/// flock removes it, the other then finds another file, or none, under the name.
std::optional<Holder> remove_if_abandoned(const fs::path& path) {
  const auto lock = open_anothers(path);
  if (!lock) {
    return std::nullopt;
  }
  const auto flock = take_flock(*lock);
  struct stat opened {};
  if (!names(path, *lock) || fstat(lock->number(), &opened) != 0) {
    return std::nullopt;
  }
  const auto holder = holder_in(path);
  const std::chrono::seconds unrefreshed(std::time(nullptr) - opened.st_mtime);
  if (flock == Flock::anothers || !is_gone(holder, unrefreshed, flock == Flock::taken)) {
    return holder.value_or(Holder());
  }
  if (unlink(path.c_str()) != 0 && errno != ENOENT) {
    cannot_be_used(path, fmt::format("its job is gone, but it cannot be removed ({})",
                                     std::generic_category().message(errno)));
  }
  return std::nullopt;
}

std::string in_words(const Holder& holder) {
  return fmt::format("host {}, process {}, since {}", holder.host, holder.process, holder.since);
}

}  // namespace

FileLock::FileLock(const fs::path& file) : file_(file), path_(file.string() + ".lock") {
  require_directory(file);
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!(lock_ = create(file_, path_))) {
    if (const auto holder = remove_if_abandoned(path_)) {
      throw InputError(fmt::format(
          "File {} is being written by another job ({}): wait for it, or name another file; if "
          "that job is gone, remove {}.",
          file.string(), in_words(*holder), path_.string()));
    }
    if (std::chrono::steady_clock::now() > end) {
      cannot_be_used(path_, "other jobs take it again and again");
    }
    std::this_thread::sleep_for(pause);
  }
}

FileLock::FileLock(FileLock&&) noexcept = default;

FileLock::~FileLock() { release(); }

void FileLock::refresh() const noexcept {
  if (lock_) {
    futimens(lock_->number(), nullptr);
  }
}

void FileLock::require_held() const {
  if (lock_ && !names(path_, *lock_)) {
    const auto holder = fs::exists(fs::symlink_status(path_)) ? holder_in(path_) : std::nullopt;
    throw SystemError(fmt::format(
        "File {} is not written any more: {} was {} while this job had it.", file_.string(),
        path_.string(),
        holder ? fmt::format("taken over by another job ({})", in_words(*holder)) : "removed"));
  }
}

void FileLock::release() noexcept {
  if (lock_ && names(path_, *lock_)) {
    unlink(path_.c_str());
  }
  lock_.reset();
}

}  // namespace rmtheat::io
