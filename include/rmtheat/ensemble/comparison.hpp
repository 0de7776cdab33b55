#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "rmtheat/model/observable/field.hpp"
#include "rmtheat/model/state/initial_state.hpp"

namespace rmtheat::ensemble {

/// An ensemble's mean curve with the covariance of that mean between times.
struct MeasuredCurve {
  std::span<const double> mean;        ///< (T)
  std::span<const double> covariance;  ///< (T, T)
  std::size_t realizations = 0;
  double floor = 0.0;  ///< of rounding, see rounding_floor()
  /// The curve of each realization, (R) of (T); empty where unknown.
  std::vector<std::span<const double>> samples = {};
};

/// What rounding can do to a field's values: 1e-12 of the larger of |mean| and the scale that the
/// field's units make of `energy`, the largest energy in the problem, and the inverse temperatures
/// (hbar = k_B = 1): W for energies, W^2 for currents and squares of energies, beta W for
/// entropies, (beta W)^2 for their squares, beta^2 W^3 for the conductance. Differences below it
/// are none, and no standard error is smaller.
double rounding_floor(const model::Field& field, double energy, const model::Betas& betas,
                      std::span<const double> mean);

/// In floors: what rounding and the predictions' own last digits add up to, for differences of
/// curves without noise and for standard errors alike.
inline constexpr double rounding_tolerance = 1e3;

/// Index of the first of the late times, the second half of the time window.
constexpr std::size_t late_begin(std::size_t times) { return times / 2; }

/// How well one predicted curve fits one measured curve.
struct Comparison {
  /// Largest |mean - prediction| / standard error, and the time index where it is. Both know the
  /// floor: a difference below it is 0, and times whose standard error is rounding, as all energies
  /// have at t = 0, are no measure: they are left out, unless the curve has no others.
  double largest_deviation = 0.0;
  std::size_t at_index = 0;

  /// Hotelling's test of the difference projected on `components` smooth functions of time. Absent
  /// for a single realization, and when the curve does not fluctuate.
  struct Test {
    std::size_t components = 0;
    double chi2_per_dof = 0.0;  ///< distributed as F(K, R - K) when the prediction holds: near 1
    double p_value = 0.0;       ///< probability of a larger value when the prediction holds
    /// Above 1 where the realizations are too far from Gaussian for F: its 99 % quantile by
    /// bootstrap over F's. The p-value is that of chi2_per_dof / inflation.
    double inflation = 1.0;
  };
  std::optional<Test> test;

  /// Averages over the late times.
  double plateau = 0.0;
  double plateau_error = 0.0;
  double predicted_plateau = 0.0;

  /// Without a test, for curves without noise: agreement to what rounding adds up to.
  [[nodiscard]] bool is_within_rounding() const { return largest_deviation <= rounding_tolerance; }
};

/// Compares a prediction (T) with a measured curve.
///
/// The covariance of T times estimated from R realizations has rank R - 1 at most and its inverse
/// is noise, so a naive chi^2 is wrong as soon as T is not much smaller than R. The difference is
/// instead projected on the K lowest cosines of the time window (fixed beforehand, independent of
/// the data), K = min(10, (R - 1)/8). For the K projections, with their estimated covariance C,
/// T^2 = d^T C^-1 d, and T^2 (R - K) / (K (R - 1)) follows the F(K, R - K) distribution: this
/// accounts exactly for the noise of C (Hotelling 1931). Physical curves are smooth, so a wrong
/// prediction shows in the lowest cosines. Left out are cosines whose noise is below the floor or
/// explained to 1e-4 of its variance by lower ones: there errors of the prediction would be tested
/// that no error bar sees.
///
/// F holds for Gaussian realizations. Where it gives less than 5 %, and K > 1, the samples are
/// drawn again with replacement (bootstrap, Efron 1979; fixed seed) and T^2 about their own mean is
/// scaled down to have F's 99 % quantile; beyond 2000 realizations the central limit theorem does.
///
/// With `left_out` (T), what the prediction leaves out at most, the comparison is with the best
/// curve within that of the prediction: T^2 is the least of all such curves.
Comparison compare(const MeasuredCurve& measured, std::span<const double> predicted,
                   std::span<const double> left_out = {});

/// The largest |first - second| / standard error of the measured curve, (T) each, where that is no
/// rounding.
double largest_distance(const MeasuredCurve& measured, std::span<const double> first,
                        std::span<const double> second);

}  // namespace rmtheat::ensemble
