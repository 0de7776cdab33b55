#include "legendre.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/quadrature/gauss.hpp>

namespace rmtheat::theory {

const LegendreRule& LegendreRule::instance() {
  static const LegendreRule rule = [] {
    using Gauss = boost::math::quadrature::gauss<double, size>;
    LegendreRule result;
    for (std::size_t k = 0; k < size / 2; ++k) {
      const std::size_t left = size / 2 - 1 - k;
      const std::size_t right = size / 2 + k;
      result.point[right] = Gauss::abscissa()[k];
      result.point[left] = -Gauss::abscissa()[k];
      result.weight[left] = result.weight[right] = Gauss::weights()[k];
    }
    for (std::size_t k = 0; k < size; ++k) {
      const double x = result.point[k];
      result.barycentric[k] =
          (k % 2 == 0 ? 1.0 : -1.0) * std::sqrt((1.0 - x * x) * result.weight[k]);
      result.polynomial[0][k] = 1.0;
      result.polynomial[1][k] = x;
      for (std::size_t n = 2; n < size; ++n) {
        const auto order = static_cast<double>(n);
        result.polynomial[n][k] = ((2.0 * order - 1.0) * x * result.polynomial[n - 1][k] -
                                   (order - 1.0) * result.polynomial[n - 2][k]) /
                                  order;
      }
    }
    return result;
  }();
  return rule;
}

LegendreRule::Values LegendreRule::interpolating(double x) const {
  Values weights{};
  interpolate(x, weights.data());
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& value : weights) {
    value /= sum;
  }
  return weights;
}

void LegendreRule::interpolate(double x, double* weights) const {
  for (std::size_t k = 0; k < size; ++k) {
    weights[k] = barycentric[k] / (x - point[k]);
  }
  // Apart from the divisions, which go in parallel.
  if (const auto at = std::ranges::find(point, x); at != point.end()) {
    std::fill(weights, weights + size, 0.0);
    weights[at - point.begin()] = 1.0;
  }
}

LegendreRule::Values LegendreRule::coefficients(const Values& values) const {
  Values result{};
  for (std::size_t n = 0; n < size; ++n) {
    for (std::size_t k = 0; k < size; ++k) {
      result[n] += weight[k] * polynomial[n][k] * values[k];
    }
    result[n] *= static_cast<double>(n) + 0.5;
  }
  return result;
}

std::array<std::complex<double>, LegendreRule::size> legendre_transforms(double kappa) {
  constexpr std::size_t size = LegendreRule::size;
  constexpr std::size_t beyond = 44;  // where Miller's recurrence begins
  std::array<double, beyond + 2> bessel{};
  const double zeroth = kappa < 1e-4 ? 1.0 - kappa * kappa / 6.0 : std::sin(kappa) / kappa;
  if (kappa > static_cast<double>(size)) {
    bessel[0] = zeroth;
    bessel[1] = (zeroth - std::cos(kappa)) / kappa;
    for (std::size_t n = 1; n + 1 < size; ++n) {
      bessel[n + 1] = static_cast<double>(2 * n + 1) / kappa * bessel[n] - bessel[n - 1];
    }
  } else if (kappa < 1e-4) {
    bessel[0] = zeroth;
    bessel[1] = kappa / 3.0;
    bessel[2] = kappa * kappa / 15.0;
  } else {
    bessel[beyond] = 1e-100;
    double norm = 0.0;  // sum (2 n + 1) j_n^2 = 1
    for (std::size_t n = beyond; n > 0; --n) {
      bessel[n - 1] = static_cast<double>(2 * n + 1) / kappa * bessel[n] - bessel[n + 1];
      if (std::abs(bessel[n - 1]) > 1e100) {
        for (std::size_t m = n - 1; m <= beyond; ++m) {
          bessel[m] *= 1e-200;
        }
      }
    }
    for (std::size_t n = 0; n <= beyond; ++n) {
      norm += static_cast<double>(2 * n + 1) * bessel[n] * bessel[n];
    }
    // The sign by whichever of the first two is not near a zero.
    const double first = (zeroth - std::cos(kappa)) / kappa;
    const bool flipped =
        std::abs(zeroth) > std::abs(first) ? zeroth * bessel[0] < 0.0 : first * bessel[1] < 0.0;
    for (double& value : bessel) {
      value *= (flipped ? -1.0 : 1.0) / std::sqrt(norm);
    }
  }
  std::array<std::complex<double>, size> result{};
  std::complex<double> factor = 2.0;
  for (std::size_t n = 0; n < size; ++n) {
    result[n] = factor * bessel[n];
    factor *= std::complex<double>(0.0, 1.0);
  }
  return result;
}

}  // namespace rmtheat::theory
