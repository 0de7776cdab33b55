#pragma once

#include "rmtheat/theory/plan.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::theory {

/// All orders in the coupling at large N: the sum of all planar diagrams.
///
/// A product state of total energy e has the averaged amplitude u_e(t), whose Laplace transform is
///
///   g_e(z) = 1 / (zeta(z) - e),   zeta = z - lambda^2 m(z),   m(z) = <g_e(z)>
///
/// (Dyson's equation; equivalently du_e/dt = -i e u_e - lambda^2 integral_0^t m(t-s) u_e(s) ds).
/// With averages over the states at infinite temperature, m and a_i(z) = <E_i g_e(z)>, and over the
/// initial state, r(z) and rh_i(z), the ladder of rungs between ket (z) and bra (w, values primed)
/// closes, since <g_e(z) g_e(w)> = -(m - m') / (zeta - zeta'):
///
///   DeltaE_i(z, w) = lambda^2 { [r - r'][a_i - a_i'] - [rh_i - rh_i'][m - m'] }
///                    / { (zeta - zeta') (z - w) }
///   E_int(z, w)    = -lambda^2 (m + m') (r - r') / (z - w)
///   1 (z, w)       = -(r - r') / (z - w)                                   conservation of
///   probability
///
/// and a quantity at time t is the double inverse transform of X(z, w) e^(-i(z-w)t), taken here
/// over an ellipse around the spectrum of H by the trapezoidal rule, which converges exponentially.
/// The interaction energy comes from Gaussian integration by parts over the coupling, not from the
/// energies, so that their sum is a check.
///
/// For levels and long times the rates follow, instead, from amplitudes u_e(t) as Fourier
/// transforms over the bands of the spectrum, at a cost that does not depend on the number of
/// oscillations. For two continuum densities and long times the contours are laid along the real
/// axis, where what is integrated is smooth on pieces that double in length away from z = w.
///
/// Attributes: "energy_conservation", the largest |DeltaE_1 + DeltaE_2 + E_int|;
/// "probability_conservation", the largest |Tr rho(t) - 1|, in bands and along the
/// axis that at t = 0; "error_estimate", the largest change of an energy on another contour or with
/// more nodes, along the axis the largest violation of causality or of energy conservation; and
/// those of early_time.hpp.
///
/// On contours time grows as (t_end (width of the spectrum))^2 times the number of times, memory as
/// t_end times the number of times; along the axis time grows as the logarithm of that width times
/// t_end, and as the number of times.
///
/// Throws InputError where a density forbids a temperature, NumericalError when Dyson's equation is
/// not solved.
Prediction resummed(const Setting& setting);

/// What that takes.
Plan resummed_cost(const Setting& setting);

}  // namespace rmtheat::theory
