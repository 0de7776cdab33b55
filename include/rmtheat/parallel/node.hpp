#pragma once

#include <cstdint>
#include <string>

#include "rmtheat/parallel/communicator.hpp"

namespace rmtheat::parallel {

/// Bytes that each process may take when the memory left on its machine is shared evenly between
/// the processes there; the least over all processes, the same on each. Collective.
double memory_per_rank(const Communicator& communicator);

/// What the processes of a communicator have on one machine.
struct Node {
  std::int64_t ranks = 1;      ///< processes there
  std::int64_t cores = 1;      ///< that at least one of them may run on
  std::int64_t own_cores = 1;  ///< that each of them may run on, the least
};

/// Of the machine with the fewest cores per process; the same on each process. Cores are those that
/// the processes' affinity allows. Collective.
Node fullest_node(const Communicator& communicator);

/// Name and version of the MPI library, one line.
std::string library_version();

}  // namespace rmtheat::parallel
