#pragma once

#include <array>
#include <complex>
#include <cstddef>

namespace rmtheat::theory {

/// Gauss's rule of 16 points on [-1, 1], ascending, and what follows from it for functions known at
/// its points.
struct LegendreRule {
  static constexpr std::size_t size = 16;
  using Values = std::array<double, size>;

  static const LegendreRule& instance();

  /// Weights of the values at the points in the interpolating polynomial at x.
  [[nodiscard]] Values interpolating(double x) const;

  /// The same into `weights`, `size` of them, up to their sum, by which they are still to be
  /// divided.
  void interpolate(double x, double* weights) const;

  /// Coefficients of the Legendre polynomials.
  [[nodiscard]] Values coefficients(const Values& values) const;

  Values point{};
  Values weight{};
  Values barycentric{};                   ///< (-1)^k sqrt((1 - x_k^2) w_k)
  std::array<Values, size> polynomial{};  ///< P_n(x_k) by n
};

/// integral_(-1)^1 P_n(x) e^(i kappa x) dx = 2 i^n j_n(kappa), n < 16, kappa >= 0, with the
/// spherical Bessel functions (M. Abramowitz, I. Stegun, 10.1.14).
std::array<std::complex<double>, LegendreRule::size> legendre_transforms(double kappa);

}  // namespace rmtheat::theory
