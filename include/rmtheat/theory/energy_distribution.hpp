#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "rmtheat/theory/plan.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::theory {

/// Probabilities that the energy of system 1 and of system 2 lies in each bin, (pairs, times, bins)
/// each, row-major.
using EnergyDistributions = std::array<std::vector<double>, 2>;

/// For each level of system 1 and of system 2 its bin.
using BinOfLevel = std::array<std::vector<std::size_t>, 2>;

/// Bins of system 1 and of system 2 by their edges: ascending, one more than there are bins; the
/// first and the last may be infinite. Bin k holds edge k <= E < edge k + 1.
using BinEdges = std::array<std::vector<double>, 2>;

/// The distribution of each system's energy at some times, ascending, at all planar orders in the
/// coupling (all_orders.hpp) for one full random matrix, without corrections in 1/D. With
///
///   P_k(t) = p_k + w_k S_k[p](t) - p_k S_k[w](t)
///
/// for the product state k of weights p_k in the initial state and w_k = 1/D at infinite
/// temperature, S_k[q](t) = sum_l T(e_k, e_l; t) q_l with the symmetric rates T between states of
/// total energies e_k and e_l; a bin's probability is the sum over its states. Sums over all bins
/// are 1, and means are the energies of resummed(), to about 1e-10; probabilities may fall below 0
/// by as much.
///
/// Of the setting, times and whether there are conductances or statistics do not matter. Systems
/// are both levels; bin_of_level[i][k] < bins[i] for the levels in their own order. Throws
/// std::invalid_argument where that does not hold, and as resummed() does.
EnergyDistributions energy_distributions(const Setting& setting, std::span<const double> times,
                                         const BinOfLevel& bin_of_level,
                                         const std::array<std::size_t, 2>& bins);

/// The same of two continuous densities, whose sums over states are integrals, to about 1e-9.
/// Energies outside of all bins are counted nowhere.
EnergyDistributions energy_distributions(const Setting& setting, std::span<const double> times,
                                         const BinEdges& edges);

/// What the two take. The numbers of bins of levels do not matter.
Plan energy_distributions_cost(const Setting& setting, std::span<const double> times);
Plan energy_distributions_cost(const Setting& setting, std::span<const double> times,
                               const BinEdges& edges);

}  // namespace rmtheat::theory
