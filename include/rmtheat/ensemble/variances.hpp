#pragma once

#include <optional>
#include <vector>

#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/ensemble/samples.hpp"

namespace rmtheat::ensemble {

/// Adds the variances <X^2> - <X>^2 of heat, work and entropy over the ensemble as fields
/// "heat_variance", "work_variance" and "entropy_variance", where there are second moments and at
/// least two finished samples. s is the share of the work done on system 1.
///
/// A variance is no mean over realizations, but the jackknife makes it one: a sample's value is
///
///   R v - (R - 1) v_r,   v_r the variance without realization r,
///
/// whose mean has no bias of order 1/R, and whose scatter is that mean's error and covariance
/// (J. W. Tukey's pseudo-values). A prediction has its own <X^2> and <X>, and leaves out what
/// either does. Of random levels both are averages over the levels of all realizations, so that the
/// scatter of the levels counts as an error though both sides share it.
void add_variances(Samples& samples, Statistics& statistics, Predictions& predictions,
                   double work_share);

/// Of a function of ensemble averages, (pairs, times).
struct DerivedCurves {
  std::vector<double> value;
  std::vector<double> error;  ///< standard error
};

/// Var(sigma) (e^Sigma - 1) / (2 Sigma^2), Sigma = <sigma>: at least 1 for an ensemble whose V and
/// transposed V are equally likely (Y. Hasegawa, T. Van Vu, Phys. Rev. Lett. 123, 110602 (2019)).
/// Corrected for its bias of order 1/R, with its error, by the jackknife; not a number where Sigma
/// is 0, as at t = 0. Nothing without second moments or with fewer than two finished samples.
std::optional<DerivedCurves> entropy_bound_ratio(const Samples& samples);

}  // namespace rmtheat::ensemble
