#pragma once

#include <array>

#include "rmtheat/theory/prediction.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {

/// J_i(t) = linear t + cubic t^3 + O(t^5).
struct EarlyCurrent {
  double linear = 0.0;
  double cubic = 0.0;
};

/// The currents into both systems at early times, at large N and every coupling:
///
///   linear = 2 lambda^2 (<E_i>_inf - <E_i>_0)
///   cubic  = -(lambda^2 / 3) <(E_i' - E_i)(e' - e)^2> - (5/3) lambda^4 (<E_i>_inf - <E_i>_0)
///
/// averaged over a state of the initial distribution and, primed, one at infinite temperature. Both
/// systems are heated at first, the hot one too: this energy is work that the coupling does.
std::array<EarlyCurrent, 2> early_time_currents(const Setting& setting, std::size_t pair);

/// Adds these numbers as attributes: "early_linear_1", "early_cubic_1" of the current into system
/// 1, "early_linear_2", "early_cubic_2".
/// `total` is the setting's total_energy().
void add_early_time(Prediction& prediction, const Setting& setting, const TotalEnergy& total);

}  // namespace rmtheat::theory
