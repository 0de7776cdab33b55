#pragma once

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

}  // namespace rmtheat::ensemble
