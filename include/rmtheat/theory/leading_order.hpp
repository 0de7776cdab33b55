#pragma once

#include "rmtheat/theory/perturbative.hpp"
#include "rmtheat/theory/plan.hpp"
#include "rmtheat/theory/prediction.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {

/// Leading order in the coupling, lambda^2 (Li and Chen, arXiv:2606.09308).
///
/// With f(x) = <e^(-iex)> and A_i(x) = <E_i e^(-iex)> at infinite temperature, R(x) and Rh_i(x) the
/// same averages in the initial state, e = E_1 + E_2:
///
///   K_i(x) = A_i(-x) R(x) - f(-x) Rh_i(x)
///   J_i(t) = 2 lambda^2 Re integral_0^t K_i(x) dx,   E_i(t) = E_i(0) + integral_0^t J_i
///
/// For finite levels this is exact at order lambda^2, averaged over the coupling. All observables,
/// to about 1e-11. Attributes: "error_estimate", the largest change of a current when the steps are
/// doubled; for continuum densities also "plateau", the heat current at long times, and
/// "conductance_plateau", by the golden rule:
///
///   plateau = 2 pi lambda^2 integral rho(e) P(e) [h_1(e) - h0_1(e)] de
///
/// with rho and P the densities of the total energy at infinite temperature and in the initial
/// state, h_1 and h0_1 the mean of E_1 at given e in each.
///
/// For levels and times that hold very many oscillations it is the first order of the ladder in
/// bands (all_orders.hpp) instead, with that formula's attributes.
///
/// Throws InputError where a density forbids a temperature.
Prediction leading_order(const Setting& setting);

/// What that takes.
Plan leading_order_cost(const Setting& setting);

/// Adds the attributes "plateau" and "conductance_plateau".
void add_plateaus(Prediction& prediction, const Setting& setting, const TotalEnergy& total);

/// The currents of that formula for lambda = 1.
Currents leading_currents(const TimeGrid& grid, const PhaseAverage& infinite,
                          const PhaseAverage& initial);

}  // namespace rmtheat::theory
