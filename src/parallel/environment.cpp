#include "rmtheat/parallel/environment.hpp"

#include <cstdlib>

#include "mpi_check.hpp"

namespace rmtheat::parallel {

Environment::Environment() {
  int initialized = 0;
  check_mpi(MPI_Initialized(&initialized), "MPI_Initialized");
  if (initialized != 0) {
    return;
  }
  int provided = MPI_THREAD_SINGLE;
  check_mpi(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided), "MPI_Init_thread");
  owns_mpi_ = true;
  if (provided < MPI_THREAD_FUNNELED) {
    MPI_Finalize();
    throw SystemError("This MPI library does not support threads (MPI_THREAD_FUNNELED).");
  }
}

Environment::~Environment() {
  if (owns_mpi_ && mpi_is_usable()) {
    MPI_Finalize();
  }
}

Communicator Environment::world() { return Communicator::borrow(MPI_COMM_WORLD); }

bool Environment::threads_may_communicate() {
  int provided = MPI_THREAD_SINGLE;
  check_mpi(MPI_Query_thread(&provided), "MPI_Query_thread");
  return provided >= MPI_THREAD_MULTIPLE;
}

void Environment::abort(int status) {
  MPI_Abort(MPI_COMM_WORLD, status);
  std::_Exit(status);  // MPI_Abort does not return, but its declaration does not say so
}

}  // namespace rmtheat::parallel
