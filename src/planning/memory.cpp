#include "rmtheat/planning/memory.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>

#include "panel_counts.hpp"
#include "rmtheat/dynamics/diagonalization/eigenbasis_sums.hpp"
#include "rmtheat/dynamics/diagonalization/populations.hpp"
#include "rmtheat/dynamics/diagonalization/second_order.hpp"
#include "rmtheat/dynamics/diagonalization/time_nodes.hpp"
#include "rmtheat/linalg/krylov/krylov_basis.hpp"
#include "rmtheat/linalg/redistribute.hpp"
#include "rmtheat/planning/diagonalization_plan.hpp"

namespace rmtheat::planning {
namespace {

double element_size(const model::Experiment& experiment) {
  return experiment.coupling->is_real() ? sizeof(double) : 2.0 * sizeof(double);
}

std::array<std::size_t, 2> sizes_of(const model::Experiment& experiment) {
  return {experiment.systems[0].size, experiment.systems[1].size};
}

/// What OpenBLAS packs its blocks into, as far as products of matrices have been seen to use it.
constexpr double blas_buffers = 16.0 * 1024.0 * 1024.0;

}  // namespace

double expected_half_width(const model::Experiment& experiment) {
  double half_width = experiment.coupling->half_width() * experiment.strength;
  for (const auto& system : experiment.systems) {
    const auto [lowest, highest] =
        system.reference_spectrum()->energy_range(0.0, 1.0 / static_cast<double>(system.size));
    half_width += 0.5 * (highest - lowest);
  }
  return half_width;
}

double diagonalization_memory(const model::Experiment& experiment,
                              const dynamics::SolverOptions& options, int ranks) {
  using Sums = dynamics::EigenbasisSums<double>;
  const bool real = experiment.coupling->is_real();
  const double element = element_size(experiment);
  const auto plan = plan_diagonalization(experiment.dimension(), ranks, options);
  const auto& shape = plan.shape;
  const double solving =
      real ? linalg::eigensolver_memory<double>(shape, plan.eigensolver, plan.tridiagonalization)
           : linalg::eigensolver_memory<std::complex<double>>(shape, plan.eigensolver,
                                                              plan.tridiagonalization);

  // Whole columns: a copy where the process grid cuts them. One set arrives in the place of H, and
  // from three ranks on one is handed on meanwhile, in the place of the vectors where they were
  // copied.
  const auto dimension = static_cast<double>(experiment.dimension());
  const auto columns = static_cast<double>(
      linalg::local_count(shape.dimension, shape.block_size, 0, std::max(ranks, 1)));
  const double copies = shape.grid_rows > 1 || ranks > 2 ? 1.0 : 0.0;
  const double travelling = copies * element * dimension * columns;
  // The library's buffers while the columns are copied, measured on 2 and 4 ranks.
  const double redistribution =
      shape.grid_rows > 1 ? 1.5 * element *
                                std::min(dimension * columns,
                                         static_cast<double>(linalg::redistribution_panel) / ranks)
                          : 0.0;

  const double bandwidth = 2.0 * expected_half_width(experiment);
  const auto nodes =
      static_cast<double>(dynamics::TimeNodes::node_count(experiment.times, bandwidth));
  const auto pairs = static_cast<double>(experiment.states.size());
  const auto [applied, following, curves] = panel_counts(experiment);
  const auto own = static_cast<std::size_t>(columns);
  const double right = std::min(columns, static_cast<double>(Sums::right_width(own)));
  const double left = std::min(columns, static_cast<double>(Sums::left_width(own)));
  constexpr double complex_size = 2.0 * sizeof(double);
  const double phases = (ranks > 1 ? 2.0 : 1.0) * complex_size * nodes * columns;
  // Three real products stand for a complex one.
  const double part = real ? element : 1.5 * element;
  const double drawn = element * experiment.coupling->stored_numbers(sizes_of(experiment));
  const double panels = part * (applied * right + left / 3.0) * dimension +
                        (part * (applied + following) + element * curves) * left * right +
                        complex_size * nodes * curves * left;
  double populations = 0.0;
  if (!experiment.distribution_times.empty()) {
    populations =
        (real ? 2.0 : 1.0) * element * dynamics::population_block * (dimension + columns) +
        2.0 * pairs * dimension * sizeof(double);
  }
  double control = 0.0;
  if (has_control(options.noise_reduction)) {
    const auto rows_of_h = static_cast<double>(
        linalg::local_count(shape.dimension, shape.block_size, 0, shape.grid_rows));
    const auto columns_of_h = static_cast<double>(
        linalg::local_count(shape.dimension, shape.block_size, 0, shape.grid_columns));
    const auto points = static_cast<double>(dynamics::TimeNodes::chebyshev_count(
        experiment.times, bandwidth, dynamics::SecondOrder::node_excess));
    control = sizeof(double) * (2.0 * points * (2.0 * rows_of_h + columns_of_h) +
                                2.0 * dynamics::SecondOrder::panel_width * rows_of_h);
  }
  return blas_buffers + solving + travelling + redistribution + phases + panels + drawn +
         populations + control;
}

double expected_lanczos_vectors(const model::Experiment& experiment) {
  // Components beyond half_width * t fall off faster than exponentially, to 1e-10 within this.
  constexpr double margin = 20.0;
  return std::min(expected_half_width(experiment) * experiment.times.back() + margin,
                  static_cast<double>(experiment.dimension()));
}

double lanczos_memory(const model::Experiment& experiment, const dynamics::SolverOptions& options,
                      int ranks) {
  const double element = element_size(experiment);
  const auto dimension = static_cast<double>(experiment.dimension());
  const double rows = std::ceil(dimension / ranks);
  constexpr double panel = linalg::KrylovBasis<double>::panel_width;
  const double vectors = panel * std::ceil(expected_lanczos_vectors(experiment) / panel);
  // Energies of both systems, weights, their parts; products of energies, their shift.
  const double diagonals = experiment.with_statistics ? 8.0 : 4.0;
  constexpr double candidate_and_state = 2.0;
  const double basis =
      rows * (element * (vectors + candidate_and_state) + diagonals * sizeof(double));
  const auto& law = *experiment.coupling;
  const bool stored = options.coupling == dynamics::CouplingStorage::stored;
  const double vector_and_product = dimension + rows;
  // A product of its own makes whole levels of system 1, and once more halfway.
  const double halfway = 2.0 * (rows + 2.0 * static_cast<double>(experiment.systems[1].size));
  double coupling = law.stored_numbers(sizes_of(experiment));
  if (stored) {
    coupling += rows * dimension + vector_and_product;
  } else if (law.has_product()) {
    coupling += vector_and_product + halfway;
  }
  const double populations =  // a vector, the evolved state, its squares
      experiment.distribution_times.empty() ? 0.0 : rows * (element + 3.0 * sizeof(double));
  return basis + element * coupling + populations;
}

double realization_memory(const model::Experiment& experiment,
                          const dynamics::SolverOptions& options, int ranks) {
  return process_memory + (options.method == dynamics::Method::lanczos
                               ? lanczos_memory(experiment, options, ranks)
                               : diagonalization_memory(experiment, options, ranks));
}

}  // namespace rmtheat::planning
