#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/planning/diagonalization_plan.hpp"

namespace rmtheat::planning {

/// Part of the available memory that a job may plan with; the rest is for MPI, HDF5 and the system.
inline constexpr double usable_fraction = 0.85;

/// What a job has to run on.
struct Machine {
  int ranks = 1;
  double memory_per_rank = 0.0;  ///< bytes
};

/// How the ranks of a job are divided, and how each group solves.
struct Layout {
  int ranks_per_group = 1;  ///< of the largest group; groups are as equal as possible
  int groups = 1;
  int smallest_group = 1;        ///< ranks
  double memory_per_rank = 0.0;  ///< bytes that a rank of the smallest group will need, estimated
  double matrices = 0.0;         ///< of such a group as a whole, in units of H's bytes; 0 without H
  /// Of the largest group; empty where no matrix is diagonalized.
  std::optional<dynamics::DiagonalizationPlan> plan;
};

/// False where nothing is random: all realizations are the same.
bool varies(const model::Experiment& experiment, const dynamics::SolverOptions& options);

/// Divides the ranks into groups that each propagate one realization at a time.
///
/// Independent realizations need no messages, so groups are as small as memory and the libraries'
/// 32-bit sizes allow, but not more numerous than the realizations left to do. On one rank LAPACK
/// is taken where its larger workspace fits, else ScaLAPACK. Throws InputError when a realization
/// does not fit, when there are more ranks than work (of realizations that vary), or when an option
/// cannot be met.
Layout choose_layout(const model::Experiment& experiment, const dynamics::SolverOptions& options,
                     std::size_t realizations_to_do, const Machine& machine);

/// One line for the log and the results file: groups, ranks, eigensolver, grid, memory.
std::string describe(const Layout& layout);

}  // namespace rmtheat::planning
