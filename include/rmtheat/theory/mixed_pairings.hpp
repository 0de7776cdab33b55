#pragma once

#include "rmtheat/theory/one_point.hpp"
#include "rmtheat/theory/perturbative.hpp"
#include "rmtheat/theory/plan.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::theory {

/// What a coupling V = K^(-1/2) sum_k A_k (x) B_k of GUE factors has at lambda^4 besides the
/// planar terms of one full matrix, times K: the pairings that are not the same in both systems,
/// each of weight 1/K.
///
/// A walk s0 -> s1 -> s2 -> s3 -> s0 of four elements of V is one walk in either system, and the
/// factors' pairings (12)(34), (23)(41) and (13)(24) make it (a, b, a, c), (a, b, c, b) and
/// (a, a, a, a)/N^2. The planar mixed ones are (a, b, a, c) in system X with (x, y, z, y) in the
/// other one, Y, for both choices of X. With one system's averages f, A at infinite temperature and
/// R, Rh in the initial state (leading_order.hpp), all durations but three follow from the three
/// times mu, s, c that add up to t, and
///
///   dJ_i/dt = 2 lambda^4/K Re integral_(mu + s + c = t) R_X(mu) conj f_Y(mu) f_X(s)
///             conj f_X(s + mu) [conj R_Y(c) f_Y(c + mu) + R_Y(c + mu) conj f_Y(c)]  + edges,
///
/// in which the energy of system i stands at one of the states s2, less the same at s1; the edges
/// are where one of the durations vanishes, products of a convolution and two or three functions of
/// one time. For each mu it is a convolution in s and c: all times take (number of steps)^3 / 6.
///
/// Four more pair one system (13)(24): nothing happens there, and the other one has the planar
/// next-to-leading order of a full matrix on it alone, over N^2 of the first. They vanish for
/// continuum densities. With all of them the fourth order is exact at every size.
///
/// Linear in the initial state, a product of one state of each system. For lambda = 1.
Currents mixed_currents(const TimeGrid& grid, const SystemAverages& infinite,
                        const SystemAverages& initial, const std::array<double, 2>& sizes);

/// Adds lambda^4/K times that to every observable of a prediction of that order, 1/K being the
/// coupling's mixed_pairing_weight(); to "error_estimate", the largest change of a current when the
/// steps are doubled; and to "plateau_correction" and its relatives the currents at late times.
void add_mixed_pairings(Prediction& prediction, const Setting& setting);

/// What that takes.
Plan mixed_pairings_cost(const Setting& setting);

}  // namespace rmtheat::theory
