#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "rmtheat/model/observable/evolution.hpp"
#include "rmtheat/theory/prediction.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {

/// All planar orders in one initial state, over the setting's times.
struct Ladder {
  std::array<std::vector<double>, 2> change;  ///< E_i(t) - E_i(0)
  std::array<std::vector<double>, 2> rate;
  std::vector<double> interaction;
  std::vector<double> conductance;      ///< where asked for
  model::SecondMoments second_moments;  ///< likewise
  double probability_error = 0.0;
  double error = 0.0;  ///< of an energy, by another computation of it

  /// Adds a multiple of each curve, and of the errors.
  void add(const Ladder& other, double factor);
};

/// Of every initial state, for distinct ascending levels in `total`, through the bands of the
/// spectrum of H. The rate is a sum over levels of products of functions of one time,
///
///   J_i(t) = -2 lambda^2 Im sum_k [alpha_k (R * u_k)(t) - w_k (Rh_i * u_k)(t)] conj u_k(t),
///
/// w_k and alpha_k the levels' weights at infinite temperature without and with E_i, since
/// (m - m') / (zeta - zeta') = - sum_k w_k g_k g_k'. u_k and the convolutions are Fourier
/// transforms of densities -Im[...]/pi on the bands, smooth between their edges, by matrix products
/// at few times and by fast transforms at many. Energies are integrals over time: exact ones in the
/// transforms for two bands apart, from band-limited rates at equidistant times for bands close to
/// each other, so that the cost is about linear in the width of these times the last time.
std::vector<Ladder> ladder_in_bands(const Setting& setting, const TotalEnergy& total);

/// Floating-point operations of that.
double cost_in_bands(const Setting& setting, const TotalEnergy& total);
/// Operations that finding the bands takes at least, and so cost_in_bands() itself: to be asked
/// first.
double least_cost_in_bands(const TotalEnergy& total);

/// The leading order (orders = 1), or the sum of it and the next (2), of the ladder in bands.
std::vector<Ladder> expansion_in_bands(const Setting& setting, const TotalEnergy& total,
                                       int orders);

/// Of every initial state, for two continuum densities, from the real axis: with z, w = s +-
/// Omega/2 the Laplace transform of a current is
///
///   J_i(Omega) = -i lambda^2/(2 pi) integral ds {[r - r'][a_i - a_i'] - [rh_i - rh_i'][m - m']}
///                                               / (zeta - zeta'),
///
/// s along the axis, Omega = omega + 2 i eta with eta a few over the last time. What it is made of
/// is smooth but at scales above eta, so that pieces that double towards omega = 0 hold it, and
///
///   J_i(t) = (2/pi) e^(2 eta t) integral_0^inf Im J_i(Omega) sin(omega t) d omega
///
/// is exact for polynomials on them at any time: the work grows as the logarithm of width times
/// last time. The error is how far the curves miss causality and conservation of the energy.
std::vector<Ladder> ladder_on_line(const Setting& setting);

/// Floating-point operations of that for a spectrum of H of this half width.
double cost_on_line(const Setting& setting, double radius);

/// As a prediction, with the attributes of resummed().
Prediction prediction_of(std::vector<Ladder> ladders, const Setting& setting);

/// At most 8 of a series' values, evenly chosen, the last among them.
inline std::vector<double> sampled(std::span<const double> series) {
  constexpr std::size_t count = 8;
  std::vector<double> result;
  const std::size_t stride = (series.size() + count - 1) / count;
  for (std::size_t k = series.size(); k-- > 0; k -= std::min(k, stride - 1)) {
    result.push_back(series[k]);
  }
  std::ranges::reverse(result);
  return result;
}

/// Of two series.
inline double largest_difference(std::span<const double> a, std::span<const double> b) {
  double largest = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    largest = std::max(largest, std::abs(a[k] - b[k]));
  }
  return largest;
}

}  // namespace rmtheat::theory
