#pragma once

#include <algorithm>
#include <vector>

#include <mpi.h>

#include "rmtheat/parallel/communicator.hpp"

namespace rmtheat::bench {

inline double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

/// Seconds that the slowest rank takes for f(), all starting together. Collective.
template <class F>
double seconds(const parallel::Communicator& world, F&& f) {
  world.barrier();
  const double start = MPI_Wtime();
  f();
  return world.max(MPI_Wtime() - start);
}

}  // namespace rmtheat::bench
