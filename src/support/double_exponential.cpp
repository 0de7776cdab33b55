#include "rmtheat/support/double_exponential.hpp"

#include <cmath>
#include <numbers>

namespace rmtheat {

std::vector<UnitNode> double_exponential_rule(double phase, double resolution) {
  constexpr double reach = 4.0;  // leaves out e^(-pi sinh 4), below 1e-35, at each end
  const double per_unit = (resolution + phase) / (2.0 * std::numbers::pi);
  const auto side = static_cast<int>(std::ceil(reach * per_unit));
  const double step = reach / side;
  std::vector<UnitNode> rule;
  for (int k = -side; k <= side; ++k) {
    const double u = k * step;
    const double odds = std::exp(std::numbers::pi * std::sinh(u));
    const double left = 1.0 / (1.0 + 1.0 / odds);
    const double right = 1.0 / (1.0 + odds);
    rule.push_back({left, right, step * std::numbers::pi * std::cosh(u) * left * right});
  }
  return rule;
}

}  // namespace rmtheat
