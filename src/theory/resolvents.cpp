#include "rmtheat/theory/resolvents.hpp"

#include <algorithm>

namespace rmtheat::theory {

Resolvents::Resolvents(std::span<const double> nodes,
                       const std::vector<std::span<const double>>& measures, double half_width,
                       std::size_t degree)
    : half_width_(half_width),
      moments_(measures.size(), std::vector<double>(std::max<std::size_t>(degree, 2))) {
  std::vector<double> polynomial(moments_.front().size());
  for (std::size_t node = 0; node < nodes.size(); ++node) {
    const double x = std::clamp(nodes[node] / half_width, -1.0, 1.0);
    polynomial[0] = 1.0;
    polynomial[1] = x;
    for (std::size_t j = 2; j < polynomial.size(); ++j) {
      polynomial[j] = 2.0 * x * polynomial[j - 1] - polynomial[j - 2];
    }
    for (std::size_t k = 0; k < measures.size(); ++k) {
      const double weight = measures[k][node];
      for (std::size_t j = 0; j < polynomial.size(); ++j) {
        moments_[k][j] += weight * polynomial[j];
      }
    }
  }
  for (auto& moments : moments_) {
    std::for_each(moments.begin() + 1, moments.end(), [](double& moment) { moment *= 2.0; });
  }
}

std::complex<double> Resolvents::joukowski(std::complex<double> zeta) const {
  const auto x = zeta / half_width_;
  const auto root = std::sqrt(x - 1.0) * std::sqrt(x + 1.0);
  return 1.0 / (x + root);  // this product of roots puts the cut on [-1, 1]
}

Resolvents::ValueAndSlope Resolvents::first(std::complex<double> zeta) const {
  const auto s = joukowski(zeta);
  std::complex<double> series = 0.0;
  std::complex<double> derivative = 0.0;
  for (auto moment = moments_[0].rbegin(); moment != moments_[0].rend(); ++moment) {
    derivative = derivative * s + series;
    series = series * s + *moment;
  }
  const auto gap = 1.0 - s * s;
  const auto factor = 2.0 * s / (half_width_ * gap);
  const auto factor_slope = 2.0 * (1.0 + s * s) / (half_width_ * gap * gap);
  const auto s_slope = -2.0 * s * s / (half_width_ * gap);
  return {factor * series, (factor_slope * series + factor * derivative) * s_slope};
}

std::vector<std::complex<double>> Resolvents::all(std::complex<double> zeta) const {
  const auto s = joukowski(zeta);
  std::vector<std::complex<double>> powers(moments_.front().size(), 1.0);
  for (std::size_t j = 1; j < powers.size(); ++j) {
    powers[j] = powers[j - 1] * s;
  }
  const auto factor = 2.0 * s / (half_width_ * (1.0 - s * s));
  std::vector<std::complex<double>> result;
  for (const auto& moments : moments_) {
    std::complex<double> series = 0.0;
    for (std::size_t j = 0; j < powers.size(); ++j) {
      series += moments[j] * powers[j];
    }
    result.push_back(factor * series);
  }
  return result;
}

}  // namespace rmtheat::theory
