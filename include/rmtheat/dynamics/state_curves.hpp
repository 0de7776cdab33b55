#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "rmtheat/model/curves.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::dynamics {

/// Averages in an evolving state, or in an operator evolved like one.
struct StateCurves {
  StateCurves() = default;
  /// All zero.
  explicit StateCurves(std::size_t times);
  /// Adds `factor` times the other's averages.
  void add(const StateCurves& other, double factor);

  std::array<std::vector<double>, 2> energy;  ///< <H_i>, (T) each
  std::array<std::vector<double>, 2> rate;    ///< d<H_i>/dt, (T) each
  double total_energy = 0.0;                  ///< <H>, the same at all times
};

/// Puts the curves of every observable together, one temperature pair after the other, from what an
/// engine evolves.
class TrajectoryCurves {
 public:
  explicit TrajectoryCurves(const model::Experiment& experiment);

  /// Energies and currents of one temperature pair's state; the interaction energy is what the
  /// total energy leaves.
  void set_state(std::size_t pair, const StateCurves& state);

  /// Adds beta^2 `factor` times this heat current, (T), to the pair's conductance; beta is the mean
  /// of the pair. The heat current of temperature_bias() gives kappa = beta^2 dJ_Q/ddelta.
  void add_conductance(std::size_t pair, std::span<const double> heat_current, double factor);

  /// With the heat current and the powers that follow.
  [[nodiscard]] model::Curves take() &&;

 private:
  const model::Experiment& experiment_;
  model::Curves curves_;
};

}  // namespace rmtheat::dynamics
