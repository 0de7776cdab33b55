#include "rmtheat/support/progress.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "rmtheat/support/streams.hpp"

namespace rmtheat {
namespace {

using std::chrono::duration;
using std::chrono::milliseconds;

constexpr milliseconds terminal_interval{200};

}  // namespace

std::string readable_duration(double seconds) {
  if (seconds < 10.0) {
    return fmt::format("{:.1f} s", seconds);
  }
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 60) {
    return fmt::format("{} s", whole);
  }
  if (whole < 3600) {
    return fmt::format("{} min {} s", whole / 60, whole % 60);
  }
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string readable_bytes(double bytes) {
  constexpr std::array<std::string_view, 6> units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  while (bytes >= 1024.0 && unit + 1 < units.size()) {
    bytes /= 1024.0;
    ++unit;
  }
  return fmt::format("{:.3g} {}", bytes, units[unit]);
}

Progress::Progress(std::FILE* stream, std::string what, std::size_t total)
    : stream_(stream),
      terminal_(stream != nullptr && isatty(fileno(stream)) == 1),
      what_(std::move(what)),
      total_(total),
      start_(Clock::now()),
      next_(start_ + (terminal_ ? terminal_interval : milliseconds(2000))) {}

void Progress::update(std::size_t done, std::optional<double> end) {
  const auto now = Clock::now();
  if (stream_ == nullptr || now < next_) {
    return;
  }
  print(done, end ? std::optional(std::max(*end - elapsed(), 0.0)) : end);
  // In a log file the distance grows with the time passed: a few dozen lines, however long
  // the job.
  next_ = terminal_ ? now + terminal_interval
                    : now + std::max<Clock::duration>(milliseconds(2000), (now - start_) / 4);
}

void Progress::finish(std::size_t done) {
  if (stream_ == nullptr) {
    return;
  }
  if (printed_ != done || printed_ == 0) {
    print(done, std::nullopt);
  }
  if (terminal_) {
    write_text(stream_, "\n");
    std::fflush(stream_);
  }
}

double Progress::elapsed() const { return duration<double>(Clock::now() - start_).count(); }

void Progress::print(std::size_t done, std::optional<double> left) {
  std::string line =
      fmt::format("{} of {} {}, {} elapsed", done, total_, what_, readable_duration(elapsed()));
  if (left && done < total_) {
    line += fmt::format(", {} left", readable_duration(*left));
  }
  if (terminal_) {
    write_text(stream_, fmt::format("\r{:<78}", line));
  } else {
    write_text(stream_, line + "\n");
  }
  std::fflush(stream_);
  printed_ = done;
}

}  // namespace rmtheat
