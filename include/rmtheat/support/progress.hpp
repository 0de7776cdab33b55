#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>

namespace rmtheat {

/// Reports how far a long computation is, with the estimated time left: one line that is rewritten
/// on a terminal, plain lines at growing distances otherwise. Silent when `stream` is null.
class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  /// `what` names the items that are counted: "realizations". `already_done` of `total` are not
  /// part of this computation and do not count for its speed.
  Progress(std::FILE* stream, std::string what, std::size_t total, std::size_t already_done);

  /// To be called whenever `done` has grown; prints when it is due.
  void update(std::size_t done);
  /// Prints the last state and leaves the line.
  void finish(std::size_t done);

 private:
  void print(std::size_t done, Clock::time_point now);

  std::FILE* stream_;
  bool terminal_;
  std::string what_;
  std::size_t total_;
  std::size_t already_done_;
  Clock::time_point start_;
  Clock::time_point next_;
  std::size_t printed_ = 0;
};

/// A duration for people: "0.4 s", "12 s", "3 min 20 s", "2 h 5 min".
std::string readable_duration(double seconds);

/// A size for people: "1.5 GiB".
std::string readable_bytes(double bytes);

}  // namespace rmtheat
