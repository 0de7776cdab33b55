#pragma once

#include <algorithm>
#include <span>

#include "rmtheat/model/observable/evolution.hpp"

// What both engines do with the averages that they have evolved.

namespace rmtheat::dynamics {

/// A result is refused when an exact identity is off by more than this, relative to the quantity's
/// scale. Sound ones keep to D times the rounding unit.
constexpr double identity_tolerance = 1e-9;

/// The interaction energy is what the energies leave of the total energy.
inline void set_interaction(model::Evolution& evolution) {
  const auto& [energy_1, energy_2] = evolution.energy;
  evolution.interaction.resize(energy_1.size());
  for (std::size_t t = 0; t < energy_1.size(); ++t) {
    evolution.interaction[t] = evolution.total_energy - energy_1[t] - energy_2[t];
  }
}

/// Subtracts from the second moments `factor` times the changes of both energies in another
/// evolution, that of rho(0) E_i.
inline void subtract_weighted(model::Evolution& evolution, std::size_t i,
                              const model::Evolution& weighted, double factor) {
  for (std::size_t j = 0; j < 2; ++j) {
    auto& moment = evolution.second_moments[i + j];
    const auto& energy = weighted.energy[j];
    for (std::size_t t = 0; t < moment.size(); ++t) {
      moment[t] -= (i == j ? 2.0 : 1.0) * factor * (energy[t] - energy[0]);
    }
  }
}

/// Adds beta^2 `factor` times the heat current, (T), that temperature_bias() at `beta` evolves
/// into: kappa = beta^2 dJ_Q/ddelta.
inline void add_conductance(model::Evolution& evolution, std::span<const double> heat_current,
                            double beta, double factor) {
  std::ranges::transform(evolution.conductance, heat_current, evolution.conductance.begin(),
                         [weight = factor * beta * beta](double sum, double current) {
                           return sum + weight * current;
                         });
}

}  // namespace rmtheat::dynamics
