#pragma once

#include "rmtheat/theory/plan.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::theory {

/// Leading order where the second moments E|V_ab|^2 differ from pair to pair of states:
///
///   J_i(t) = 2 lambda^2 sum_ab p_a E|V_ab|^2 [E_i(b) - E_i(a)] sin((e_a - e_b) t) / (e_a - e_b)
///
/// For a variance profile, E|V_ab|^2 = g(e_a - e_b)/D, over nodes of the total energy, of continuum
/// densities too; for one given matrix over all product states, with its own |V_ab|^2: exact at
/// this order, and not an average. The integrand of J_i is summed on a TimeGrid, all times in one
/// product of matrices.
///
/// All observables. Attributes as leading_order(): the plateau, where there is a continuum, is that
/// of g(0) = 1.
Prediction leading_order_of_elements(const Setting& setting);

/// What that takes.
Plan leading_order_of_elements_cost(const Setting& setting);

}  // namespace rmtheat::theory
