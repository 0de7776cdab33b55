#pragma once

#include <complex>
#include <span>
#include <vector>

namespace rmtheat::theory {

/// Stieltjes transforms G_k(zeta) = integral nu_k(de) / (zeta - e) of several measures on the same
/// nodes, by their Chebyshev moments on the interval that holds the nodes:
///
///   1 / (x - y) = 2 s / (1 - s^2) [1 + 2 sum_(j > 0) s^j T_j(y)],   x = (s + 1/s) / 2,  |s| < 1,
///
/// so that the number of nodes enters once and each evaluation costs the degree alone.
class Resolvents {
 public:
  /// Nodes lie in [-half_width, half_width]; each measure has one weight per node. `degree` moments
  /// resolve the transforms to e^(-degree mu) on the ellipse |s| = e^(-mu).
  Resolvents(std::span<const double> nodes, const std::vector<std::span<const double>>& measures,
             double half_width, std::size_t degree);

  struct ValueAndSlope {
    std::complex<double> value;
    std::complex<double> slope;
  };
  /// G_0 and its derivative at zeta.
  [[nodiscard]] ValueAndSlope first(std::complex<double> zeta) const;

  /// G_k(zeta) of every measure.
  [[nodiscard]] std::vector<std::complex<double>> all(std::complex<double> zeta) const;

 private:
  /// The s of x = zeta / half_width inside the unit circle.
  [[nodiscard]] std::complex<double> joukowski(std::complex<double> zeta) const;

  double half_width_;
  std::vector<std::vector<double>> moments_;  ///< by measure: mu_0, 2 mu_1, 2 mu_2, ...
};

}  // namespace rmtheat::theory
