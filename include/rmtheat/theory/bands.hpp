#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "rmtheat/theory/fourier.hpp"

namespace rmtheat::theory {

/// A band of the spectrum of H at large N for given levels e_k of weights w_k: an interval of
/// energies z at which Dyson's equation z = zeta + lambda^2 m(zeta), m(zeta) = sum_k w_k / (zeta -
/// e_k), has a complex solution. Energies and zeta are relative to `origin`, a level in the band,
/// since a weak coupling makes bands narrow.
struct Band {
  double origin;
  double low;
  double high;
  double low_zeta;  ///< the real zeta of z = low

  [[nodiscard]] double centre() const { return 0.5 * (low + high); }
  [[nodiscard]] double half_width() const { return 0.5 * (high - low); }
};

/// All bands, ascending. `levels` ascend and differ, `weights` are positive, order_2 = lambda^2 >
/// 0. The edges are where dz/dzeta = 0 at real zeta.
std::vector<Band> bands_of(std::span<const double> levels, std::span<const double> weights,
                           double order_2);

/// zeta(x + i0) - origin at x = centre - half_width cos(theta_j), theta_j = (j + 1/2) pi / count:
/// Dyson's equation on the real axis itself. Throws NumericalError where it is not solved.
std::vector<std::complex<double>> zeta_in_band(const Band& band, std::span<const double> levels,
                                               std::span<const double> weights, double order_2,
                                               std::size_t count);

/// Makes B_j such that integral_0^pi phi(theta) e^(i tau cos theta) d theta = sum_j phi(theta_j)
/// B_j for an even phi of period 2 pi that `count` of its values theta_j resolve. By Bessel
/// functions where tau is large, so that `count` need not grow with it.
class BandWeights {
 public:
  explicit BandWeights(std::size_t count) : count_(count) {}
  [[nodiscard]] std::vector<std::complex<double>> operator()(double tau);

 private:
  std::size_t count_;
  std::optional<MidpointCosineSums> sums_;  ///< once a tau has needed it
};

/// J_0(x) ... J_(count-1)(x), x >= 0.
std::vector<double> bessel_functions(std::size_t count, double x);

}  // namespace rmtheat::theory
