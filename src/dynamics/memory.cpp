#include "rmtheat/dynamics/memory.hpp"

#include <algorithm>

#include "rmtheat/dynamics/eigenbasis_sums.hpp"

namespace rmtheat::dynamics {

double diagonalization_memory(const model::Experiment& experiment, int ranks) {
  const bool real = experiment.ensemble == model::CouplingEnsemble::goe;
  const double element = real ? sizeof(double) : 2.0 * sizeof(double);
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

}  // namespace rmtheat::dynamics
