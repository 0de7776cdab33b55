#pragma once

#include "rmtheat/parallel/communicator.hpp"

namespace rmtheat::parallel {

/// Bytes that each process may take when the memory left on its machine is shared evenly between
/// the processes there; the least over all processes, the same on each. Collective.
double memory_per_rank(const Communicator& communicator);

/// Name and version of the MPI library, one line.
std::string library_version();

}  // namespace rmtheat::parallel
