#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "rmtheat/dynamics/trajectory.hpp"

namespace rmtheat::ensemble {

/// The realizations of an ensemble by index relative to the first; empty where not finished.
/// Statistics are always taken in this order, so they do not depend on who computed what when.
using Samples = std::vector<std::optional<dynamics::Trajectory>>;

/// Covariance between times of the mean of each field that is a curve, (pairs, times, times),
/// row-major. The diagonal is the squared standard error.
using Covariances = std::map<model::Field, std::vector<double>>;

/// Ensemble averages over the finished realizations.
struct Statistics {
  std::size_t realizations = 0;
  model::Curves mean;
  model::Curves standard_error;  ///< of the mean; not a number for one realization
  Covariances covariance;
  dynamics::Diagnostics largest = {};  ///< of each diagnostic
  /// Of the curves before noise reduction; no fields where there was none.
  model::Curves raw_mean = {};
  model::Curves raw_standard_error = {};
  /// Over (initial state, distribution time, bin); no fields where none were asked for.
  model::Curves distributions = {};
  model::Curves distributions_standard_error = {};
};

/// The same without the covariance, which takes most of the time: for checkpoints.
Statistics mean_and_error_of(const Samples& samples);

/// Mean, standard error of the mean and covariance over time, by a two-pass algorithm in
/// realization order. Throws std::invalid_argument when no realization is finished.
Statistics statistics_of(const Samples& samples);

/// Those of all realizations of two sets that have none in common, from the statistics of each:
/// with the deviations' sum of squares S = R (R - 1) C of each,
///
///   S = S_1 + S_2 + R_1 R_2 / (R_1 + R_2) d d^T,   d the difference of the means
///
/// (T. F. Chan, G. H. Golub, R. J. LeVeque 1979). The same up to rounding as from the realizations.
/// Covariances where both have them.
Statistics joined(const Statistics& first, const Statistics& second);

}  // namespace rmtheat::ensemble
