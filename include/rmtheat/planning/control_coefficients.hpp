#pragma once

#include <span>
#include <vector>

#include "rmtheat/dynamics/diagonalization/plan.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::planning {

/// How much of a realization's own second order to subtract from it: as much as the whole answers
/// to a change of the coupling's variance, in units of what the second order does,
///
///   c(t) = [dX/d ln lambda^2 of all orders] / X(leading order),   clipped to [0, 1],
///
/// X being the heat current for rates, the heat transferred for energies, the conductance for
/// itself, the second moment of heat for all three. It is 1 at weak coupling and falls as the
/// realization forgets its V. Where X is less than 5 % of its largest value, the last c before
/// holds. A function of the options alone: of at most 40 levels of each system, quantile levels of
/// its density or some of the levels given. All 1 where the coupling's law has no prediction of all
/// orders, all 0 where that takes over 0.7 s: late times at strong coupling.
std::vector<dynamics::ControlCoefficients> control_coefficients(
    const model::Experiment& experiment);

/// The variance of a diagonalized realization's late heat current under this noise reduction over
/// that without, from x = 1 - c, c the late mean coefficient of rates: 0.3 x (1 + x) + 0.4 x^4 for
/// the control variate, [x (0.5 + 0.23 x)]^2 for pairs on top (for sums of products at least half
/// of the former). Fitted to GUE at N = 10, lambda from 0.05 to 0.3, t = 2, 5, 10, to 20 %.
double remaining_variance(dynamics::NoiseReduction reduction,
                          const dynamics::ControlCoefficients& control,
                          const model::CouplingLaw& law);

/// Of a diagonalization: the noise reduction whose error after the same time is the smallest, by
/// remaining_variance() of the worst initial state under its control_coefficients(); none where the
/// law has no prediction of all orders.
dynamics::NoiseReduction efficient_control(const model::Experiment& experiment,
                                           std::span<const dynamics::ControlCoefficients> control);

}  // namespace rmtheat::planning
