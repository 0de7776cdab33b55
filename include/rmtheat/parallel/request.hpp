#pragma once

#include <mpi.h>

namespace rmtheat::parallel {

/// A non-blocking message on its way. Its buffer must stay alive and untouched until wait() has
/// returned or test() has returned true.
///
/// Destruction and assignment wait for the message: a buffer must not go while MPI may use it.
class Request {
 public:
  Request() = default;
  explicit Request(MPI_Request handle) noexcept : handle_(handle) {}
  ~Request();
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;
  Request(Request&& other) noexcept;
  Request& operator=(Request&& other) noexcept;

  /// Blocks until the message is complete. Throws SystemError.
  void wait();
  /// True once the message is complete. Throws SystemError.
  [[nodiscard]] bool test();

 private:
  MPI_Request handle_ = MPI_REQUEST_NULL;
};

}  // namespace rmtheat::parallel
