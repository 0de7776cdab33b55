#pragma once

#include <cstddef>
#include <vector>

#include "band_nodes.hpp"
#include "rmtheat/model/coupling/law.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {

/// The same measures on no more than `count` nodes of the total energy, without widths: their
/// moments up to order count - 1, so that integrals of functions that polynomials of such degrees
/// approximate stay as they are. The nodes are those of Gauss's rule for the sum of all measures;
/// the weights of each measure follow from its moments of the orthogonal polynomials. Nodes that no
/// measure has a share in are dropped in any case.
TotalEnergy reduced(const TotalEnergy& total, std::size_t count);

/// L with L L^T = g(e_a - e_b), the law's variance profile, (nodes, rank), to 1e-13: by Cholesky's
/// decomposition with pivots, as g is of positive type. The rank is of the order of the range of
/// the energies over the width of g, times 10.
Matrix profile_factor(const std::vector<double>& energies, const model::CouplingLaw& law);

/// The time beyond which the Fourier transform of the setting's variance profile is negligible,
/// roughly, from its rank on the range of energies.
double profile_time(const Setting& setting);

/// The nodes that stand for the setting's total energy under its coupling's variance profile up to
/// a time, and no less than their number.
TotalEnergy profile_nodes(const Setting& setting, double time);
std::size_t profile_node_count(const Setting& setting, double time);

}  // namespace rmtheat::theory
