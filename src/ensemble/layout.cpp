#include "rmtheat/ensemble/layout.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "rmtheat/dynamics/memory.hpp"
#include "rmtheat/linalg/block_cyclic.hpp"
#include "rmtheat/linalg/krylov_basis.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/progress.hpp"

namespace rmtheat::ensemble {
namespace {

/// Part of the available memory that a job may plan with; the rest is for MPI, HDF5 and the system.
constexpr double usable_fraction = 0.85;

int divide_up(int count, std::size_t parts) {
  return static_cast<int>((static_cast<std::size_t>(count) + parts - 1) / parts);
}

std::string sizes(const model::Experiment& experiment) {
  return fmt::format("D = {} (system1.size = {}, system2.size = {})", experiment.dimension(),
                     experiment.systems[0].size, experiment.systems[1].size);
}

/// More ranks than this gain nothing on one realization.
int useful_ranks(const model::Experiment& experiment, const dynamics::SolverOptions& options) {
  const auto dimension = static_cast<std::int64_t>(experiment.dimension());
  if (options.method == dynamics::Method::lanczos) {
    constexpr std::int64_t block = linalg::KrylovBasis<double>::block_rows;
    return static_cast<int>(std::max<std::int64_t>(dimension / block, 1));
  }
  return linalg::useful_ranks(dimension);
}

void require_memory(const model::Experiment& experiment, const dynamics::SolverOptions& options,
                    int ranks_per_group, const Machine& machine) {
  const double needed = dynamics::realization_memory(experiment, options, ranks_per_group);
  if (needed > usable_fraction * machine.memory_per_rank) {
    throw InputError(fmt::format(
        "A realization of dimension {} needs an estimated {} on each of {} ranks, but {} per rank "
        "are available: use more memory per rank, more ranks per realization or smaller systems.",
        sizes(experiment), readable_bytes(needed), ranks_per_group,
        readable_bytes(machine.memory_per_rank)));
  }
}

int smallest_group_that_fits(const model::Experiment& experiment,
                             const dynamics::SolverOptions& options, const Machine& machine) {
  int ranks = 1;
  while (ranks < machine.ranks && dynamics::realization_memory(experiment, options, ranks) >
                                      usable_fraction * machine.memory_per_rank) {
    ++ranks;
  }
  return ranks;
}

/// Options that only fit groups of some sizes.
void require_fitting_options(const dynamics::SolverOptions& options, int ranks_per_group,
                             int groups, int ranks) {
  if (options.eigensolver == dynamics::EigensolverChoice::lapack && ranks_per_group > 1) {
    throw InputError(fmt::format(
        "solver.eigensolver = lapack works on one rank, but {} ranks share a realization: use "
        "scalapack, or solver.ranks_per_group = 1 where the memory allows it.",
        ranks_per_group));
  }
  const auto smallest_group = static_cast<std::size_t>(ranks / groups);
  if (options.grid_rows && *options.grid_rows > smallest_group) {
    throw InputError(
        fmt::format("solver.grid_rows = {}: a group has {} rank{}; it must not be "
                    "larger.",
                    *options.grid_rows, smallest_group, smallest_group == 1 ? "" : "s"));
  }
}

}  // namespace

Layout choose_layout(const model::Experiment& experiment, const dynamics::SolverOptions& options,
                     std::size_t realizations_to_do, const Machine& machine) {
  int ranks_per_group = 1;
  if (options.ranks_per_group) {
    const std::size_t wanted = *options.ranks_per_group;
    if (wanted > static_cast<std::size_t>(machine.ranks)) {
      throw InputError(
          fmt::format("solver.ranks_per_group = {}: there are {} ranks; it must not be larger.",
                      wanted, machine.ranks));
    }
    ranks_per_group = static_cast<int>(wanted);
    if (divide_up(machine.ranks, wanted) > static_cast<int>(realizations_to_do)) {
      throw InputError(
          fmt::format("solver.ranks_per_group = {} makes {} groups of {} ranks, but only {} "
                      "realizations are to "
                      "be done: use fewer ranks or larger groups.",
                      wanted, divide_up(machine.ranks, wanted), machine.ranks, realizations_to_do));
    }
  } else {
    const int fitting = smallest_group_that_fits(experiment, options, machine);
    const int sharing = divide_up(machine.ranks, realizations_to_do);
    const int useful = std::max(fitting, useful_ranks(experiment, options));
    if (sharing > useful) {
      throw InputError(fmt::format(
          "{} ranks are more than the {} realizations of dimension {} can use: start at most {} "
          "ranks, or set solver.ranks_per_group.",
          machine.ranks, realizations_to_do, sizes(experiment),
          realizations_to_do * static_cast<std::size_t>(useful)));
    }
    ranks_per_group = std::max(fitting, sharing);
  }
  const int groups = divide_up(machine.ranks, static_cast<std::size_t>(ranks_per_group));
  require_fitting_options(options, ranks_per_group, groups, machine.ranks);
  require_memory(experiment, options, ranks_per_group, machine);
  return {ranks_per_group, groups,
          dynamics::realization_memory(experiment, options, ranks_per_group)};
}

std::string describe(const Layout& layout) {
  return fmt::format("{} group{} of {} rank{}, an estimated {} per rank", layout.groups,
                     layout.groups == 1 ? "" : "s", layout.ranks_per_group,
                     layout.ranks_per_group == 1 ? "" : "s",
                     readable_bytes(layout.memory_per_rank));
}

}  // namespace rmtheat::ensemble
