#pragma once

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>
#include <mpi.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat::parallel {

/// Turns an MPI return code into a SystemError that names the call and MPI's own explanation.
inline void check_mpi(int code, const char* call) {
  if (code == MPI_SUCCESS) {
    return;
  }
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  // MPICH explains in several lines; a sentence is one.
  std::string explanation(text.data(), static_cast<std::size_t>(length));
  std::ranges::replace(explanation, '\n', ' ');
  throw SystemError(fmt::format("{} failed: {}.", call, explanation));
}

/// True while MPI calls are allowed: resources that outlive MPI_Finalize must not be released.
inline bool mpi_is_usable() {
  int initialized = 0;
  int finalized = 0;
  MPI_Initialized(&initialized);
  MPI_Finalized(&finalized);
  return initialized != 0 && finalized == 0;
}

}  // namespace rmtheat::parallel
