#include "rmtheat/io/file_lock.hpp"

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
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "file_descriptor.hpp"
#include "host_name.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {

namespace fs = std::filesystem;

namespace {

/// A lock file without a text is one whose writer is about to write it, or died before it did.
constexpr std::chrono::seconds unwritten_after{5};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
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
  std::string host;
  long process = 0;
  std::string start;    ///< start_of(process)
  std::string since;    ///< for people
  std::string job;      ///< SLURM's number, empty without
  std::string restart;  ///< how often SLURM has requeued that job

  NLOHMANN_DEFINE_TYPE_INTRUSIVE(Holder, host, process, start, since, job, restart)
};

Holder myself() {
  const auto process = static_cast<long>(getpid());
  return {host_name(),
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

bool is_gone(const std::optional<Holder>& holder, std::chrono::seconds unrefreshed) {
  if (!holder) {
    return unrefreshed > unwritten_after;
  }
  const auto me = myself();
  if (holder->host == me.host) {
    return start_of(holder->process) != holder->start;
  }
  const bool requeued = !me.job.empty() && holder->job == me.job && holder->restart != me.restart;
  return requeued || unrefreshed > FileLock::abandoned_after;
}

[[noreturn]] void cannot_be_written(const fs::path& path, const std::system_error& error) {
  throw SystemError(
      fmt::format("Lock file {} cannot be written: {}.", path.string(), error.code().message()));
}

/// True when this call has created the lock, false when there is one.
bool create(const fs::path& path) {
  std::optional<FileDescriptor> file;
  try {
    file.emplace(path, O_WRONLY | O_CREAT | O_EXCL);
  } catch (const std::system_error& error) {
    if (error.code() == std::errc::file_exists) {
      return false;
    }
    cannot_be_written(path, error);
  }
  try {
    const auto text = nlohmann::json(myself()).dump() + "\n";
    file->write(std::as_bytes(std::span(text)));
    return true;
  } catch (const std::system_error& error) {
    unlink(path.c_str());
    cannot_be_written(path, error);
  }
}

/// Removes the lock of a holder who is gone; returns the holder where it is not. Two jobs that both
/// find a lock abandoned must not remove each other's new one: the one that has the old file's
/// flock removes it, the other then finds another file, or none, under the name.
std::optional<Holder> remove_if_abandoned(const fs::path& path) {
  std::optional<FileDescriptor> file;
  try {
    file.emplace(path, O_RDONLY);
  } catch (const std::system_error&) {
    return std::nullopt;  // released meanwhile
  }
  flock(file->number(), LOCK_EX);  // where a file system has none, the race above remains
  struct stat opened {};
  struct stat named {};
  if (fstat(file->number(), &opened) != 0 || stat(path.c_str(), &named) != 0 ||
      opened.st_ino != named.st_ino) {
    return std::nullopt;
  }
  const auto holder = holder_in(path);
  const std::chrono::seconds unrefreshed(std::time(nullptr) - opened.st_mtime);
  if (!is_gone(holder, unrefreshed)) {
    return holder ? holder : Holder{"unknown", 0, "", "just now", "", ""};
  }
  unlink(path.c_str());
  return std::nullopt;
}

}  // namespace

FileLock::FileLock(const fs::path& file) {
  const fs::path path = file.string() + ".lock";
  while (!create(path)) {
    if (const auto holder = remove_if_abandoned(path)) {
      throw InputError(fmt::format(
          "File {} is being written by another job (host {}, process {}, since {}): wait for it, "
          "or name another file; if that job is gone, remove {}.",
          file.string(), holder->host, holder->process, holder->since, path.string()));
    }
  }
  path_ = path;
}

FileLock::FileLock(FileLock&& other) noexcept : path_(std::exchange(other.path_, fs::path())) {}

void FileLock::refresh() const noexcept {
  if (!path_.empty()) {
    utimensat(AT_FDCWD, path_.c_str(), nullptr, 0);
  }
}

void FileLock::release() noexcept {
  if (!path_.empty()) {
    unlink(path_.c_str());
    path_.clear();
  }
}

}  // namespace rmtheat::io
