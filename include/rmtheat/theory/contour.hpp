#pragma once

#include <complex>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace rmtheat::theory {

/// Double inverse Laplace transforms over an ellipse around the spectrum [-radius, radius]:
///
///   X(t) = 1/(2 pi i)^2 contour integral dz dw X(z, w) e^(-i(z-w)t)
///
/// for X(z, w) that are analytic off the spectrum and vanish at infinity. The ellipse has its foci
/// at the ends of the spectrum and a height of `growth` / (last time), so that e^(-izt) grows to
/// e^growth at most; the trapezoidal rule of n nodes has an error of e^(-n mu), with
/// sinh(mu) = height / radius. The w nodes are the complex conjugates of the z nodes and lie
/// between them, so that differences z - w never vanish.
class Contour {
 public:
  Contour(double radius, double last_time, double growth);

  [[nodiscard]] const std::vector<std::complex<double>>& nodes() const { return nodes_; }

  /// The number of Chebyshev moments that represent a resolvent with spectrum [-half_width,
  /// half_width] on this contour to the accuracy of the trapezoidal rule.
  [[nodiscard]] std::size_t resolving_degree(double half_width) const;

  /// X(z_j, conj z_k), a Hermitian matrix.
  using Kernel = std::function<std::complex<double>(std::size_t j, std::size_t k)>;

  /// X(t) and dX/dt at each time.
  struct Curve {
    std::vector<double> value;
    std::vector<double> rate;
  };
  [[nodiscard]] Curve invert(const Kernel& kernel, std::span<const double> times) const;

 private:
  double height_;
  std::vector<std::complex<double>> nodes_;
  std::vector<std::complex<double>> weights_;  ///< dz / (2 pi i)
};

}  // namespace rmtheat::theory
