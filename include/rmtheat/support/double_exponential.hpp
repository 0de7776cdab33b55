#pragma once

#include <vector>

namespace rmtheat {

/// A node of the double-exponential (tanh-sinh) rule on [0, 1]. Both distances are exact to the
/// last bit, since densities may be singular at either end.
struct UnitNode {
  double from_left;
  double from_right;
  double weight;

  /// The node's place in [low, high].
  [[nodiscard]] double in(double low, double high) const {
    return from_left < 0.5 ? low + (high - low) * from_left : high - (high - low) * from_right;
  }
};

/// Resolves a phase that changes by `phase` over the interval, and as much beyond as `resolution`
/// stands for: 300 for a whole density, less for a part of one.
std::vector<UnitNode> double_exponential_rule(double phase, double resolution = 300.0);

}  // namespace rmtheat
