#include "rmtheat/dynamics/memory.hpp"

#include <algorithm>
#include <cmath>

#include "rmtheat/dynamics/eigenbasis_sums.hpp"
#include "rmtheat/linalg/krylov_basis.hpp"

namespace rmtheat::dynamics {
namespace {

double element_size(const model::Experiment& experiment) {
  return experiment.ensemble == model::CouplingEnsemble::goe ? sizeof(double)
                                                             : 2.0 * sizeof(double);
}

}  // namespace

double diagonalization_memory(const model::Experiment& experiment, int ranks) {
  const bool real = experiment.ensemble == model::CouplingEnsemble::goe;
  const double element = element_size(experiment);
  const auto dimension = static_cast<double>(experiment.dimension());
  const auto times = static_cast<double>(experiment.times.size());
  const auto pairs = static_cast<double>(experiment.temperatures.size());
  const double matrix = element * dimension * dimension / ranks;

  // H and its eigenvectors; then the divide-and-conquer solver's workspace of one matrix and a
  // half (complex) or two and a half (real) with some padding, and two buffers of columns.
  const double workspace = (real ? 2.5 : 2.0) * matrix;
  const double travelling = ranks > 1 ? 2.0 * matrix : 0.0;

  const double operators = 2.0 + pairs * (experiment.with_conductance ? 2.0 : 1.0);
  const double panel = std::min(dimension, double{EigenbasisSums<double>::panel_width});
  const double phases = 2.0 * 2.0 * sizeof(double) * times * dimension / ranks;
  const double panels = element * panel * dimension * operators +
                        (element * panel + 2.0 * sizeof(double) * times) * 4.0 * operators * panel;
  return 2.0 * matrix + workspace + travelling + phases + panels;
}

double expected_lanczos_vectors(const model::Experiment& experiment) {
  double half_width = 2.0 * experiment.strength;
  for (const auto& system : experiment.systems) {
    const auto [lowest, highest] =
        system.reference_spectrum()->energy_range(0.0, 1.0 / static_cast<double>(system.size));
    half_width += 0.5 * (highest - lowest);
  }
  // Components beyond half_width * t fall off faster than exponentially, to 1e-10 within this.
  constexpr double margin = 20.0;
  return std::min(half_width * experiment.times.back() + margin,
                  static_cast<double>(experiment.dimension()));
}

double lanczos_memory(const model::Experiment& experiment, const SolverOptions& options,
                      int ranks) {
  const double element = element_size(experiment);
  const auto dimension = static_cast<double>(experiment.dimension());
  const double rows = std::ceil(dimension / ranks);
  constexpr double panel = linalg::KrylovBasis<double>::panel_width;
  const double vectors = panel * std::ceil(expected_lanczos_vectors(experiment) / panel + 1.0);
  constexpr double diagonals = 4.0;  // energies of both systems, weights, their parts
  const double basis = rows * (element * (vectors + 1.0) + diagonals * sizeof(double));
  const double matrix =
      options.coupling == CouplingStorage::stored ? element * dimension * (rows + 2.0) : 0.0;
  return basis + matrix;
}

double realization_memory(const model::Experiment& experiment, const SolverOptions& options,
                          int ranks) {
  return options.method == Method::lanczos ? lanczos_memory(experiment, options, ranks)
                                           : diagonalization_memory(experiment, ranks);
}

}  // namespace rmtheat::dynamics
