#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "rmtheat/dynamics/trajectory.hpp"
#include "rmtheat/model/curves.hpp"

namespace rmtheat::ensemble {

/// One finished realization: its levels and its curves.
using Sample = dynamics::Trajectory;

/// The realizations of an ensemble by index relative to the first; empty where not finished.
/// Statistics are always taken in this order, so they do not depend on who computed what when.
using Samples = std::vector<std::optional<Sample>>;

/// Covariance between times of the mean of each observable, (pairs, times, times), row-major. The
/// diagonal is the squared standard error.
using Covariances = std::map<model::Observable, std::vector<double>>;

/// Ensemble averages over the finished realizations.
struct Statistics {
  std::size_t realizations = 0;
  model::Curves mean;
  model::Curves standard_error;  ///< of the mean; zero for fewer than two realizations
  Covariances covariance;
};

/// Mean, standard error of the mean and covariance over time, by a two-pass algorithm in
/// realization order. Throws std::invalid_argument when no realization is finished.
Statistics statistics_of(const Samples& samples);

}  // namespace rmtheat::ensemble
