#pragma once

#include "rmtheat/parallel/communicator.hpp"

namespace rmtheat::parallel {

/// Initializes MPI for as long as it lives. Asks for MPI_THREAD_MULTIPLE and makes do with
/// MPI_THREAD_FUNNELED.
///
/// Exactly one object, in main(), before any other use of MPI. Where MPI was initialized by someone
/// else already, it is left to them to finalize.
class Environment {
 public:
  /// Throws SystemError when MPI cannot be initialized or lacks thread support.
  Environment();
  ~Environment();
  Environment(const Environment&) = delete;
  Environment(Environment&&) = delete;
  Environment& operator=(const Environment&) = delete;
  Environment& operator=(Environment&&) = delete;

  /// All processes of the program.
  [[nodiscard]] static Communicator world();

  /// True where several threads of a process may use MPI at once.
  [[nodiscard]] static bool threads_may_communicate();

  /// Ends every process of the program at once: for an error that the other ranks cannot learn of.
  /// This one ends within seconds, whatever the MPI library does.
  [[noreturn]] static void abort(int status);

 private:
  bool owns_mpi_ = false;
};

}  // namespace rmtheat::parallel
