#include "rmtheat/planning/layout.hpp"

#include <algorithm>
#include <complex>
#include <cstdint>

#include <fmt/format.h>

#include "rmtheat/linalg/block_cyclic.hpp"
#include "rmtheat/linalg/krylov/krylov_basis.hpp"
#include "rmtheat/planning/memory.hpp"
#include "rmtheat/planning/method_choice.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/progress.hpp"

namespace rmtheat::planning {
namespace {

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

bool is_real(const model::Experiment& experiment) { return experiment.coupling->is_real(); }

/// Within the 32-bit sizes of the eigensolver's library.
bool is_addressable(const model::Experiment& experiment, const dynamics::SolverOptions& options,
                    int ranks) {
  if (options.method != dynamics::Method::diagonalization) {
    return true;
  }
  const auto plan = plan_diagonalization(experiment.dimension(), ranks, options);
  return is_real(experiment)
             ? linalg::fits_32_bits<double>(plan.shape, plan.eigensolver, plan.tridiagonalization)
             : linalg::fits_32_bits<std::complex<double>>(plan.shape, plan.eigensolver,
                                                          plan.tridiagonalization);
}

bool fits(const model::Experiment& experiment, const dynamics::SolverOptions& options, int ranks,
          const Machine& machine) {
  return is_addressable(experiment, options, ranks) &&
         realization_memory(experiment, options, ranks) <=
             usable_fraction * machine.memory_per_rank;
}

int smallest_group_that_fits(const model::Experiment& experiment,
                             const dynamics::SolverOptions& options, const Machine& machine) {
  int ranks = 1;
  while (ranks < machine.ranks && !fits(experiment, options, ranks, machine)) {
    ++ranks;
  }
  return ranks;
}

/// The libraries count a matrix's rows in 32 bits.
void require_countable(const model::Experiment& experiment,
                       const dynamics::SolverOptions& options) {
  constexpr std::size_t largest_dimension = 1'000'000'000;
  if (options.method == dynamics::Method::diagonalization &&
      experiment.dimension() > largest_dimension) {
    throw InputError(
        fmt::format("A matrix of dimension {} is beyond diagonalization in any memory: use smaller "
                    "systems or solver.method = lanczos.",
                    sizes(experiment)));
  }
}

void require_fit(const model::Experiment& experiment, const dynamics::SolverOptions& options,
                 int ranks, const Machine& machine) {
  const double needed = realization_memory(experiment, options, ranks);
  if (needed > usable_fraction * machine.memory_per_rank) {
    throw InputError(fmt::format(
        "A realization of dimension {} needs an estimated {} on each of {} ranks, but {} per rank "
        "are available: use more memory per rank, more ranks per realization or smaller systems.",
        sizes(experiment), readable_bytes(needed), ranks, readable_bytes(machine.memory_per_rank)));
  }
  if (!is_addressable(experiment, options, ranks)) {
    auto distributed = options;
    distributed.eigensolver = dynamics::EigensolverChoice::scalapack;
    int enough = ranks;
    while (!is_addressable(experiment, distributed, enough)) {
      ++enough;
    }
    throw InputError(fmt::format(
        "A realization of dimension {} on {} rank{} needs workspaces beyond the 32-bit sizes of "
        "the eigensolver: use solver.eigensolver = scalapack on at least {} ranks per realization.",
        sizes(experiment), ranks, ranks == 1 ? "" : "s", enough));
  }
}

/// Options that only fit some couplings, or groups of some sizes.
void require_fitting_options(const model::CouplingLaw& coupling,
                             const dynamics::SolverOptions& options, int ranks_per_group,
                             int smallest_group) {
  const bool chains = options.method == dynamics::Method::lanczos;
  if (chains && !can_be_multiplied(coupling, options)) {
    throw InputError(fmt::format(
        "solver.coupling = sampled: a coupling of the {} cannot be drawn as it is used, which "
        "rests on invariance under changes of basis; use solver.coupling = stored.",
        coupling.name()));
  }
  if ((has_pairs(options.noise_reduction) || has_control(options.noise_reduction)) &&
      !coupling.is_symmetric()) {
    const char* word = !has_control(options.noise_reduction) ? "pairs"
                       : has_pairs(options.noise_reduction)  ? "both"
                                                             : "control";
    throw InputError(fmt::format(
        "solver.noise_reduction = {}: the {} give one V, which scatters no realizations and whose "
        "mean with -V is another's; the value must be none or auto.",
        word, coupling.name()));
  }
  if (options.eigensolver == dynamics::EigensolverChoice::elpa && !linalg::has_elpa()) {
    throw InputError(
        "solver.eigensolver = elpa: this program was built without ELPA; use scalapack, or build "
        "it with -DRMTHEAT_WITH_ELPA=ON.");
  }
  if (options.eigensolver == dynamics::EigensolverChoice::lapack && ranks_per_group > 1) {
    throw InputError(fmt::format(
        "solver.eigensolver = lapack works on one rank, but {} ranks share a realization: use "
        "scalapack, or solver.ranks_per_group = 1 where the memory allows it.",
        ranks_per_group));
  }
  if (options.grid_rows && *options.grid_rows > static_cast<std::size_t>(smallest_group)) {
    throw InputError(
        fmt::format("solver.grid_rows = {}: a group has {} rank{}; it must not be "
                    "larger.",
                    *options.grid_rows, smallest_group, smallest_group == 1 ? "" : "s"));
  }
}

}  // namespace

bool varies(const model::Experiment& experiment, const dynamics::SolverOptions& options) {
  return options.method == dynamics::Method::lanczos || experiment.has_random_levels() ||
         experiment.coupling->is_random();
}

Layout choose_layout(const model::Experiment& experiment, const dynamics::SolverOptions& options,
                     std::size_t realizations_to_do, const Machine& machine) {
  require_countable(experiment, options);
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
    // What is not repeated asks for no choice of ranks.
    if (sharing > useful && varies(experiment, options)) {
      throw InputError(fmt::format(
          "{} ranks are more than the {} realizations of dimension {} can use: start at most {} "
          "ranks, or set solver.ranks_per_group.",
          machine.ranks, realizations_to_do, sizes(experiment),
          realizations_to_do * static_cast<std::size_t>(useful)));
    }
    // No group may be smaller than what fits.
    const int groups = machine.ranks / std::max(fitting, sharing);
    ranks_per_group = divide_up(machine.ranks, static_cast<std::size_t>(std::max(groups, 1)));
  }
  Layout layout;
  layout.ranks_per_group = ranks_per_group;
  layout.groups = divide_up(machine.ranks, static_cast<std::size_t>(ranks_per_group));
  layout.smallest_group = machine.ranks / layout.groups;
  require_fitting_options(*experiment.coupling, options, ranks_per_group, layout.smallest_group);
  require_fit(experiment, options, layout.smallest_group, machine);
  layout.memory_per_rank = realization_memory(experiment, options, layout.smallest_group);
  if (options.method == dynamics::Method::diagonalization) {
    layout.plan = plan_diagonalization(experiment.dimension(), ranks_per_group, options);
    const auto dimension = static_cast<double>(experiment.dimension());
    const double element = (is_real(experiment) ? 1.0 : 2.0) * sizeof(double);
    layout.matrices = (layout.memory_per_rank - process_memory) * layout.smallest_group /
                      (element * dimension * dimension);
  }
  return layout;
}

std::string describe(const Layout& layout) {
  const std::string ranks =
      layout.smallest_group == layout.ranks_per_group
          ? fmt::format("{}", layout.ranks_per_group)
          : fmt::format("{} to {}", layout.smallest_group, layout.ranks_per_group);
  auto text = fmt::format("{} group{} of {} rank{}", layout.groups, layout.groups == 1 ? "" : "s",
                          ranks, layout.ranks_per_group == 1 ? "" : "s");
  const auto memory = readable_bytes(layout.memory_per_rank);
  if (!layout.plan) {
    return fmt::format("{}, an estimated {} per rank", text, memory);
  }
  const auto& shape = layout.plan->shape;
  text += fmt::format(", {} on a {} x {} grid in blocks of {}, an estimated {} per rank",
                      linalg::name_of(layout.plan->eigensolver), shape.grid_rows,
                      shape.grid_columns, shape.block_size, memory);
  // Of a small H the rest is a multiple that says nothing.
  return shape.dimension < 1000
             ? text
             : text + fmt::format(" ({:.1f} times H in a group)", layout.matrices);
}

}  // namespace rmtheat::planning
