#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "rmtheat/model/state/initial_state.hpp"

namespace rmtheat::model {

/// <DeltaE_1^2>, <DeltaE_1 DeltaE_2> and <DeltaE_2^2> of measurements of both energies at time 0
/// and at t: those of systems i and j, from 0, at index i + j.
using SecondMoments = std::array<std::vector<double>, 3>;

/// Averages over time in one evolving initial state, from which every observable follows. Engines
/// and predictions make it alike. Engines measure energies from each system's mean level.
struct Evolution {
  Evolution() = default;
  /// All zero.
  explicit Evolution(std::size_t times);

  /// Adds `factor` times the other's energies, rates, conductance and second moments (where both
  /// have them) and total energy.
  void add(const Evolution& other, double factor);

  std::optional<Betas> betas;                 ///< of the initial state where it is thermal
  std::array<std::vector<double>, 2> energy;  ///< <H_i> less its offset, (T) each
  std::array<double, 2> offset{};             ///< where the energies of each system are 0
  std::array<std::vector<double>, 2> rate;    ///< d<H_i>/dt, (T) each
  double total_energy = 0.0;        ///< <H> less both, the same at all times; of engines alone
  std::vector<double> interaction;  ///< lambda <V>, (T); empty where unknown
  std::vector<double> conductance;  ///< dJ_Q/dT_2 at T_1 = T_2, (T); empty where unknown
  SecondMoments second_moments;     ///< (T) each; empty where unknown
};

/// The heat current J_Q = (1-s) J_1 - s J_2 is this combination of the currents; s is the share of
/// the work that is done on system 1.
[[nodiscard]] constexpr std::array<double, 2> heat_shares(double work_share) {
  return {1.0 - work_share, -work_share};
}

template <class T>
[[nodiscard]] constexpr T heat_current(double work_share, T current_1, T current_2) {
  const auto [share_1, share_2] = heat_shares(work_share);
  return share_1 * current_1 + share_2 * current_2;
}

/// The same of two curves.
[[nodiscard]] std::vector<double> heat_current(double work_share,
                                               const std::array<std::vector<double>, 2>& currents);

}  // namespace rmtheat::model
