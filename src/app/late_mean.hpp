#pragma once

#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "rmtheat/ensemble/comparison.hpp"
#include "rmtheat/ensemble/target_error.hpp"
#include "rmtheat/io/results_file.hpp"

namespace rmtheat::app {

/// The average over the late times.
inline double late_mean_of(std::span<const double> curve) {
  const auto late = curve.subspan(ensemble::late_begin(curve.size()));
  return std::accumulate(late.begin(), late.end(), 0.0) / static_cast<double>(late.size());
}

/// Of the ensemble's mean; its error, by the covariance between times, is not a number where there
/// is no covariance or one realization alone.
inline ensemble::LateMean late_mean_of(const io::Results& results, const model::Field& field,
                                       std::size_t pair) {
  const auto& statistics = results.statistics;
  ensemble::LateMean late{late_mean_of(statistics.mean.curve(field, pair)),
                          std::numeric_limits<double>::quiet_NaN()};
  const auto found = statistics.covariance.find(field);
  if (found == statistics.covariance.end() || statistics.realizations < 2) {
    return late;
  }
  const std::size_t times = results.times.size();
  const std::size_t first = ensemble::late_begin(times);
  double sum = 0.0;
  for (std::size_t t = first; t < times; ++t) {
    const auto row = std::span(found->second).subspan((pair * times + t) * times, times);
    sum = std::accumulate(row.begin() + static_cast<std::ptrdiff_t>(first), row.end(), sum);
  }
  late.error = std::sqrt(std::fmax(0.0, sum)) / static_cast<double>(times - first);
  return late;
}

}  // namespace rmtheat::app
