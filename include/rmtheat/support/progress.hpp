#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>

namespace rmtheat {

/// Reports how far a long computation is, with the time left where it is known: one line that is
/// rewritten on a terminal, plain lines at growing distances otherwise. Silent when `stream` is
/// null.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  /// `what` names the items that are counted: "realizations".
  Progress(std::FILE* stream, std::string what, std::size_t total);

  /// To be called whenever `done` has grown; prints when it is due. `end` is when all will be done,
  /// in seconds since the beginning.
  void update(std::size_t done, std::optional<double> end);
  /// Prints the last state and leaves the line.
  void finish(std::size_t done);
  /// Seconds since the beginning.
  [[nodiscard]] double elapsed() const;

 private:
  void print(std::size_t done, std::optional<double> left);

  std::FILE* stream_;
  bool terminal_;
  std::string what_;
  std::size_t total_;
  Clock::time_point start_;
  Clock::time_point next_;
  std::size_t printed_ = 0;
};

/// A duration for people: "0.4 s", "12 s", "3 min 20 s", "2 h 5 min".
std::string readable_duration(double seconds);

/// A size for people: "1.5 GiB".
std::string readable_bytes(double bytes);

}  // namespace rmtheat
