#pragma once

#include <functional>
#include <thread>

namespace rmtheat::app {

/// Does a small step over and over, a hundred times a second, in a thread of its own: while the
/// main thread sits for minutes in one diagonalization. Where the MPI library does not let two
/// threads communicate, the main thread has to lend itself by poll().
class Service {
 public:
  /// An exception out of `step` in the thread ends the program.
  Service(std::function<void()> step, bool threaded);
  ~Service() = default;
  Service(const Service&) = delete;
  Service(Service&&) = delete;
  Service& operator=(const Service&) = delete;
  Service& operator=(Service&&) = delete;

  /// Without a thread: does the step here and now.
  void poll() const;
  /// poll() until `done` holds, at the service's own pace.
  void poll_until(const std::function<bool()>& done) const;
  /// No step is done after this has returned.
  void end();

 private:
  std::function<void()> step_;
  bool threaded_;
  std::jthread thread_;
};

}  // namespace rmtheat::app
