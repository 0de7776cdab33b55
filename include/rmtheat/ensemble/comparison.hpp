#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace rmtheat::ensemble {

/// An ensemble's mean curve with the covariance of that mean between times.
struct MeasuredCurve {
  std::span<const double> mean;        ///< (T)
  std::span<const double> covariance;  ///< (T, T)
  std::size_t realizations = 0;
};

/// Index of the first of the late times, the second half of the time window.
constexpr std::size_t late_begin(std::size_t times) { return times / 2; }

/// How well one predicted curve fits one measured curve.
struct Comparison {
  /// Largest |mean - prediction| / standard error over time, and the time index where it is.
  double largest_deviation = 0.0;
  std::size_t at_index = 0;

  /// Hotelling's test of the difference projected on `components` smooth functions of time. Absent
  /// for a single realization, and when the curve does not fluctuate.
  struct Test {
    std::size_t components = 0;
    double chi2_per_dof = 0.0;  ///< distributed as F(K, R - K) when the prediction holds: near 1
    double p_value = 0.0;       ///< probability of a larger value when the prediction holds
  };
  std::optional<Test> test;

  /// Averages over the late times.
  double plateau = 0.0;
  double plateau_error = 0.0;
  double predicted_plateau = 0.0;
};

/// Compares a prediction (T) with a measured curve.
///
/// The covariance of T times estimated from R realizations has rank R - 1 at most and its inverse
/// is noise, so a naive chi^2 is wrong as soon as T is not much smaller than R. The difference is
/// instead projected on the K lowest cosines of the time window (fixed beforehand, independent of
/// the data), K = min(10, (R - 1)/4). For the K projections, with their estimated covariance C,
/// T^2 = d^T C^-1 d, and T^2 (R - K) / (K (R - 1)) follows the F(K, R - K) distribution: this
/// accounts exactly for the noise of C (Hotelling 1931). Physical curves are smooth, so a wrong
/// prediction shows in the lowest cosines.
Comparison compare(const MeasuredCurve& measured, std::span<const double> predicted);

}  // namespace rmtheat::ensemble
