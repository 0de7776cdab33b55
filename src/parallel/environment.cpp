#include "rmtheat/parallel/environment.hpp"

#include <chrono>
#include <cstdlib>
#include <system_error>
#include <thread>

#include "mpi_check.hpp"

namespace rmtheat::parallel {
namespace {

/// What MPI_Abort may take.
constexpr std::chrono::seconds patience{5};

}  // namespace

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
  // Not every library comes to an end: MPICH waits for ever in a process that nothing launched
  // where `mpiexec` is another library's. A launcher ends the other ranks when one has ended by
  // itself.
  try {
    std::thread([status] {
      std::this_thread::sleep_for(patience);
      std::_Exit(status);
    }).detach();
  } catch (const std::system_error&) {  // no thread to be had: nobody watches
  }
  MPI_Abort(MPI_COMM_WORLD, status);
  std::_Exit(status);  // MPI_Abort does not return, but its declaration does not say so
}

}  // namespace rmtheat::parallel
