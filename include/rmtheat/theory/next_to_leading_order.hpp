#pragma once

#include <span>

#include "rmtheat/theory/perturbative.hpp"
#include "rmtheat/theory/plan.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::theory {

/// Leading plus next-to-leading order in the coupling, lambda^2 and lambda^4, the latter at large
/// N: planar diagrams alone (Li and Chen, arXiv:2606.09308).
///
/// The planar sum is, with z and w in the upper and lower half plane, a double Laplace transform
///
///   J_i(z, w) = -i lambda^2 { [r - r'][a_i - a_i'] - [rh_i - rh_i'][m - m'] } / (zeta - zeta')
///
/// of resolvent averages r(z) = <1/(zeta(z) - e)> and so on at zeta(z) = z - lambda^2 m(z), primes
/// standing for w (see all_orders.hpp). Expanding it to lambda^4 leaves products of functions of
/// one time. With f, A_i, R, Rh_i as in leading_order.hpp and X * Y the convolution over [0, t],
///
///   J_i^(4)(t) = -2 lambda^4 { integral_0^t Q_i(s) ds + integral_0^t (t - s) S_i(s) ds },
///   Q_i = Re[ (f * sR) conj A_i + R conj (f * sA_i) - (f * sRh_i) conj f - Rh_i conj (f * sf) ],
///   S_i = Re[ (R * A_i) conj f + (R * f) conj A_i + (A_i * f) conj R
///             - 2 (Rh_i * f) conj f - (f * f) conj Rh_i ].
///
/// Q is the second-order decay of the amplitudes, S the second rung: what flows back as the two
/// sides warm and cool.
///
/// Attributes: "error_estimate" as at leading order; for continuum densities the long-time form
/// J_Q^(4) = a + b t of the heat current, "plateau_correction" a with its error estimate
/// "plateau_correction_error" from a fit to the curve, and "plateau_slope" b by the golden rule,
///
///   b = -(2 pi)^2 lambda^4 integral rho(e)^2 P(e) [h_1(e) - h0_1(e)] de,
///
/// the same of the conductance as "conductance_plateau_correction" and
/// "conductance_plateau_slope", and the attributes of the leading order.
///
/// Throws InputError where a density forbids a temperature.
Prediction next_to_leading_order(const Setting& setting);

/// What that takes.
Plan next_to_leading_order_cost(const Setting& setting);

/// The currents J_i^(4) for lambda = 1.
Currents next_to_leading_currents(const TimeGrid& grid, const PhaseAverage& infinite,
                                  const PhaseAverage& initial);

/// The intercept of a straight line of known slope that a curve approaches with a remainder of
/// order t^-2, by least squares over the samples from `begin` to `end`, `step` apart.
double intercept(std::span<const double> curve, double step, double slope, std::size_t begin,
                 std::size_t end);

}  // namespace rmtheat::theory
