#include "rmtheat/parallel/request.hpp"

#include <utility>

#include "mpi_check.hpp"

namespace rmtheat::parallel {

// NOLINTBEGIN(clang-analyzer-optin.mpi.MPI-Checker): the message was started by Communicator

Request::~Request() {
  if (handle_ != MPI_REQUEST_NULL && mpi_is_usable()) {
    MPI_Wait(&handle_, MPI_STATUS_IGNORE);
  }
}

Request::Request(Request&& other) noexcept
    : handle_(std::exchange(other.handle_, MPI_REQUEST_NULL)) {}

Request& Request::operator=(Request&& other) noexcept {
  Request moved(std::move(other));
  std::swap(handle_, moved.handle_);
  return *this;
}

void Request::wait() { check_mpi(MPI_Wait(&handle_, MPI_STATUS_IGNORE), "MPI_Wait"); }

bool Request::test() {
  int done = 0;
  check_mpi(MPI_Test(&handle_, &done, MPI_STATUS_IGNORE), "MPI_Test");
  return done != 0;
}

// NOLINTEND(clang-analyzer-optin.mpi.MPI-Checker)

}  // namespace rmtheat::parallel
