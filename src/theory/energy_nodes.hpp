#pragma once

#include <cstddef>
#include <vector>

#include "band_nodes.hpp"
#include "rmtheat/model/coupling/law.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {

/// The same measures on fewer nodes of the total energy, without widths, where those are no more
/// than `count` and still integrate e^(-iet), |t| <= `time`, to 1e-12. The nodes are those of
/// Gauss's rule for the sum of all measures; the weights of each measure follow from its moments of
/// the orthogonal polynomials. Nodes that no measure has a share in are dropped in any case.
TotalEnergy reduced(const TotalEnergy& total, std::size_t count, double time);

/// L with L L^T = g(e_a - e_b), the law's variance profile, (nodes, rank), by Cholesky's
/// decomposition with pivots, as g is of positive type: to 1e-12 in sums over nodes with the
/// weights of any measure. The rank is of the order of the range of the energies over the width of
/// g, times 10.
Matrix profile_factor(const TotalEnergy& total, const model::CouplingLaw& law);

/// The time beyond which the Fourier transform of the setting's variance profile is negligible,
/// roughly, from its rank on the range of energies.
double profile_time(const Setting& setting);

/// The nodes that stand for the setting's total energy under its coupling's variance profile up to
/// a time.
TotalEnergy profile_nodes(const Setting& setting, double time);

/// Their number, the rank of the profile's factor and half the range of the nodes, or, where the
/// states that they stand for are many, estimates of the three.
struct ProfileSizes {
  double nodes;
  double rank;
  double half_width;
  double states;
};
ProfileSizes profile_sizes(const Setting& setting, double time);

}  // namespace rmtheat::theory
