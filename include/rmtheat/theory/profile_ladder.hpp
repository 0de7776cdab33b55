#pragma once

#include "rmtheat/theory/plan.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::theory {

/// The planar diagrams of a coupling with a variance profile, E|V_ab|^2 = S_ab = g(e_a - e_b)/D.
///
/// With m_a(z) = sum_b S_ab g_b(z), Dyson's equation and the ladder between ket (z) and bra (w,
/// values primed) close state by state, or in nodes of the total energy:
///
///   g_a = 1 / (z - e_a - lambda^2 m_a),
///   Phi_a = g_a g_a' [p_a + lambda^2 X_a],   X_a = sum_b S_ab Phi_b
///
/// for the probability Phi_a(z, w) of state a and the initial weights p_a. As
/// (z - w) g_a g_a' = -(g_a - g_a') + lambda^2 g_a g_a' (m_a - m_a'), any observable's change is
///
///   Delta O = lambda^2 sum_a O_a g_a g_a' [X_a + p_a (m_a - m_a') / (z - w)]
///   E_int   = lambda^2 sum_a (m_a + m_a') Phi_a,
///
/// and g = 1 is all_orders.hpp. Times follow by the same contour integral. On nodes S = L L^T has a
/// low rank, so that each pair (z, w) takes one small linear system; 1 - lambda^2 L^T g g' L has a
/// positive real part, and is factorized without pivots.
///
/// Attributes: "energy_conservation", the largest |DeltaE_1 + DeltaE_2 + E_int|, which also stands
/// for "error_estimate"; "probability_conservation".
///
/// Throws NumericalError when Dyson's equation is not solved.
Prediction resummed_with_profile(const Setting& setting);

/// What that takes.
Plan resummed_with_profile_cost(const Setting& setting);

/// LO + NLO: the same equations to lambda^4, exact for levels.
Prediction expansion_with_profile(const Setting& setting);

/// What that takes.
Plan expansion_with_profile_cost(const Setting& setting);

}  // namespace rmtheat::theory
