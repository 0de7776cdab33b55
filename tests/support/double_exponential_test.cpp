#include "rmtheat/support/double_exponential.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace rmtheat {
namespace {

TEST(DoubleExponential, IntegratesSingularEnds) {
  double root = 0.0;
  double inverse_root = 0.0;
  for (const auto& node : double_exponential_rule(0.0)) {
    root += node.weight * std::sqrt(node.from_right);
    inverse_root += node.weight / std::sqrt(node.from_left);
    EXPECT_NEAR(node.from_left + node.from_right, 1.0, 1e-15);
  }
  EXPECT_NEAR(root, 2.0 / 3.0, 1e-14);
  EXPECT_NEAR(inverse_root, 2.0, 1e-13);
}

TEST(DoubleExponential, ResolvesAPhase) {
  constexpr double phase = 500.0;
  double real = 0.0;
  for (const auto& node : double_exponential_rule(phase)) {
    real += node.weight * std::cos(phase * node.from_left);
  }
  EXPECT_NEAR(real, std::sin(phase) / phase, 1e-13);
}

TEST(DoubleExponential, NodesKeepTheirDistanceFromEitherEnd) {
  for (const auto& node : double_exponential_rule(0.0)) {
    EXPECT_EQ(node.in(0.0, 2.0),
              2.0 * (node.from_left < 0.5 ? node.from_left : 1.0 - node.from_right));
    EXPECT_EQ(node.in(-2.0, 0.0),
              -2.0 * (node.from_left < 0.5 ? 1.0 - node.from_left : node.from_right));
  }
}

}  // namespace
}  // namespace rmtheat
