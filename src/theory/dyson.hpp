#pragma once

#include <cmath>
#include <complex>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat::theory {

/// zeta(z) = z - lambda^2 G(zeta) in the upper half plane, from a guess. `average` gives G and its
/// slope. The iteration of this map converges to its only fixed point there; Newton's steps make it
/// fast.
template <class Average>
std::complex<double> solve_dyson(const Average& average, std::complex<double> z, double order_2,
                                 std::complex<double> guess) {
  constexpr int most_iterations = 2000;
  constexpr double tolerance = 1e-14;
  const auto above = [&](std::complex<double> zeta) { return zeta.imag() >= 0.5 * z.imag(); };
  std::complex<double> zeta = above(guess) ? guess : z;
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    const auto [value, slope] = average(zeta);
    const auto residual = zeta + order_2 * value - z;
    const auto newton = zeta - residual / (1.0 + order_2 * slope);
    zeta = above(newton) ? newton : z - order_2 * value;
    if (std::abs(residual) <= tolerance * (1.0 + std::abs(z))) {
      return zeta;
    }
  }
  throw NumericalError(
      fmt::format("Dyson's equation was not solved at z = {} + {}i within {} iterations.", z.real(),
                  z.imag(), most_iterations));
}

}  // namespace rmtheat::theory
