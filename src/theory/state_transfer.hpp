#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rmtheat/theory/prediction.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {

/// All planar orders of the probabilities of single product states. The ladder (all_orders.hpp) is
/// linear in the initial weights p and the observable; with the projector on a state of total
/// energy e, weight w at infinite temperature, it is
///
///   P(t) = p + w S_e[p](t) - p S_e[w](t),
///   S_e[q](z, z') = -lambda^2 g_e(z) g_e(z') [q - q'] / (z - z')
///                 = lambda^2 [g_e - g_e'] [q - q'] / {(zeta - zeta')(z - z')},
///
/// q(z) the average of g_e(z) with the weights q. In the last form a sum over z' serves all e. As a
/// function of e it holds no frequencies beyond t, so that polynomials on pieces of a few / t hold
/// it.
class StateTransfer {
 public:
  /// S[w] and S[p] of each of the setting's pairs, at each time.
  StateTransfer(const Setting& setting, TotalEnergy total, std::span<const double> times);

  /// Overwrites `values` by S_e at an energy of the range, (1 + pairs, times), S[w] first.
  void at(double energy, std::vector<double>& values) const;

 private:
  double middle_;
  double half_width_;
  std::size_t series_;          ///< (1 + pairs) times
  std::size_t pieces_;          ///< of equal length, on which S is a polynomial
  std::vector<double> values_;  ///< at Legendre's points, (pieces, points, series)
};

/// Floating-point operations of that for a total energy of this many nodes and half width, then of
/// one call of at().
struct StateTransferCost {
  double construction;
  double call;
  double memory;
};
StateTransferCost state_transfer_cost(const Setting& setting, std::span<const double> times,
                                      double nodes, double half_width);

}  // namespace rmtheat::theory
