#pragma once

#include "rmtheat/model/experiment.hpp"

namespace rmtheat::planning {

/// What dynamics::EigenbasisSums takes between two panels of eigenvectors.
struct PanelCounts {
  double applied;    ///< operators that are multiplied with columns
  double following;  ///< those that follow from them, as dynamics::MatrixElements builds them up
  double curves;     ///< and their rates
};

inline PanelCounts panel_counts(const model::Experiment& experiment) {
  const auto pairs = static_cast<double>(experiment.states.size());
  const double biases = experiment.with_conductance ? pairs : 0.0;
  // The energies of both systems and the initial operators; two curves and their rates per state,
  // one rate per bias.
  PanelCounts counts{2.0 + pairs + biases, 0.0, 4.0 * pairs + biases};
  if (experiment.with_statistics) {
    // E_2^2 and rho E_2; then E_1^2, E_1 E_2 and rho E_1; three second moments.
    counts.applied += 1.0 + pairs;
    counts.following += 2.0 + pairs;
    counts.curves += 3.0 * pairs;
  }
  return counts;
}

}  // namespace rmtheat::planning
