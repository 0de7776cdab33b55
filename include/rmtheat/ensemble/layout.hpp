#pragma once

#include <cstddef>
#include <string>

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::ensemble {

/// What a job has to run on.
struct Machine {
  int ranks = 1;
  double memory_per_rank = 0.0;  ///< bytes
};

/// How the ranks of a job are divided.
struct Layout {
  int ranks_per_group = 1;  ///< at most; groups are as equal as possible
  int groups = 1;
  double memory_per_rank = 0.0;  ///< bytes that a rank will need, estimated
};

/// Divides the ranks into groups that each propagate one realization at a time.
///
/// Independent realizations need no messages, so groups are as small as memory allows, but not more
/// numerous than the realizations left to do. Throws InputError when a realization does not fit in
/// memory, when there are more ranks than work, or when solver.ranks_per_group cannot be met.
Layout choose_layout(const model::Experiment& experiment, const dynamics::SolverOptions& options,
                     std::size_t realizations_to_do, const Machine& machine);

/// One line for the log: groups, ranks, memory.
std::string describe(const Layout& layout);

}  // namespace rmtheat::ensemble
