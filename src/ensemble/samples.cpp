#include "rmtheat/ensemble/samples.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "rmtheat/support/blas.hpp"

namespace rmtheat::ensemble {

using model::Curves;
using model::Field;

namespace {

std::vector<const Curves*> finished_curves(const Samples& samples,
                                           Curves dynamics::Trajectory::*which) {
  std::vector<const Curves*> finished;
  for (const auto& sample : samples) {
    if (sample) {
      finished.push_back(&((*sample).*which));
    }
  }
  return finished;
}

dynamics::Diagnostics largest_diagnostics(const Samples& samples) {
  dynamics::Diagnostics largest;
  for (const auto& sample : samples) {
    if (sample) {
      for (const auto& [diagnostic, value] : sample->diagnostics) {
        auto& known = largest.emplace(diagnostic, value).first->second;
        known = std::max(known, value);
      }
    }
  }
  return largest;
}

/// Var of the mean = sum of squared deviations / (R (R - 1)); the factor of that sum. One
/// realization says nothing of its error.
double variance_of_mean(std::size_t count) {
  return count > 1 ? 1.0 / (static_cast<double>(count) * static_cast<double>(count - 1))
                   : std::numeric_limits<double>::quiet_NaN();
}

/// Of at least one realization's curves.
std::pair<Curves, Curves> mean_and_error(const std::vector<const Curves*>& finished) {
  const auto count = static_cast<double>(finished.size());
  Curves means(finished.front()->pairs(), finished.front()->times());
  Curves errors = means;
  for (const Field& field : finished.front()->fields()) {
    const auto mean = means.add(field);
    for (const Curves* curves : finished) {
      const auto values = curves->values(field);
      for (std::size_t k = 0; k < mean.size(); ++k) {
        mean[k] += values[k];
      }
    }
    for (double& value : mean) {
      value /= count;
    }
    const auto error = errors.add(field);
    for (const Curves* curves : finished) {
      const auto values = curves->values(field);
      for (std::size_t k = 0; k < mean.size(); ++k) {
        error[k] += (values[k] - mean[k]) * (values[k] - mean[k]);
      }
    }
    for (double& value : error) {
      value = std::sqrt(value * variance_of_mean(finished.size()));
    }
  }
  return {std::move(means), std::move(errors)};
}

/// How two sets of realizations are joined.
struct Weights {
  Weights(std::size_t one, std::size_t other)
      : first(static_cast<double>(one)),
        second(static_cast<double>(other)),
        all(first + second),
        normalization(variance_of_mean(one + other)) {}

  /// A variance or covariance of the mean, from those of both and the product of differences. Of
  /// one realization alone there is no deviation.
  [[nodiscard]] double variance(double one, double other, double product) const {
    const double squares = (first > 1.0 ? first * (first - 1.0) * one : 0.0) +
                           (second > 1.0 ? second * (second - 1.0) * other : 0.0);
    return (squares + first * second / all * product) * normalization;
  }

  double first;
  double second;
  double all;
  double normalization;
};

std::pair<Curves, Curves> joined(const std::array<const Curves*, 2>& means,
                                 const std::array<const Curves*, 2>& errors,
                                 const Weights& weights) {
  Curves mean(means[0]->pairs(), means[0]->times());
  Curves error = mean;
  for (const Field& field : means[0]->fields()) {
    const auto one = means[0]->values(field);
    const auto other = means[1]->values(field);
    const auto error_of_one = errors[0]->values(field);
    const auto error_of_other = errors[1]->values(field);
    const auto of_mean = mean.add(field);
    for (std::size_t k = 0; k < of_mean.size(); ++k) {
      of_mean[k] = (weights.first * one[k] + weights.second * other[k]) / weights.all;
    }
    const auto of_error = error.add(field);
    for (std::size_t k = 0; k < of_error.size(); ++k) {
      const double difference = one[k] - other[k];
      of_error[k] = std::sqrt(weights.variance(error_of_one[k] * error_of_one[k],
                                               error_of_other[k] * error_of_other[k],
                                               difference * difference));
    }
  }
  return {std::move(mean), std::move(error)};
}

}  // namespace

Statistics joined(const Statistics& first, const Statistics& second) {
  const Weights weights(first.realizations, second.realizations);
  Statistics result;
  result.realizations = first.realizations + second.realizations;
  result.largest = first.largest;
  for (const auto& [diagnostic, value] : second.largest) {
    auto& known = result.largest.emplace(diagnostic, value).first->second;
    known = std::max(known, value);
  }
  std::tie(result.mean, result.standard_error) =
      joined({&first.mean, &second.mean}, {&first.standard_error, &second.standard_error}, weights);
  std::tie(result.raw_mean, result.raw_standard_error) =
      joined({&first.raw_mean, &second.raw_mean},
             {&first.raw_standard_error, &second.raw_standard_error}, weights);
  std::tie(result.distributions, result.distributions_standard_error) =
      joined({&first.distributions, &second.distributions},
             {&first.distributions_standard_error, &second.distributions_standard_error}, weights);
  const std::size_t times = first.mean.times();
  for (const auto& [field, one] : first.covariance) {
    const auto found = second.covariance.find(field);
    if (found == second.covariance.end()) {
      continue;
    }
    auto& covariance = result.covariance[field];
    covariance.resize(one.size());
    const auto mean_of_one = first.mean.values(field);
    const auto mean_of_other = second.mean.values(field);
    for (std::size_t k = 0; k < one.size(); ++k) {
      // (pair, time, time_2): the means at both times of the pair.
      const std::size_t row = k / times;
      const std::size_t column = row / times * times + k % times;
      covariance[k] = weights.variance(
          one[k], found->second[k],
          (mean_of_one[row] - mean_of_other[row]) * (mean_of_one[column] - mean_of_other[column]));
    }
  }
  return result;
}

Statistics mean_and_error_of(const Samples& samples) {
  const auto finished = finished_curves(samples, &dynamics::Trajectory::curves);
  if (finished.empty()) {
    throw std::invalid_argument("statistics: no realization is finished");
  }
  Statistics result;
  result.realizations = finished.size();
  result.largest = largest_diagnostics(samples);
  std::tie(result.mean, result.standard_error) = mean_and_error(finished);
  std::tie(result.raw_mean, result.raw_standard_error) =
      mean_and_error(finished_curves(samples, &dynamics::Trajectory::raw));
  std::tie(result.distributions, result.distributions_standard_error) =
      mean_and_error(finished_curves(samples, &dynamics::Trajectory::distributions));
  return result;
}

Statistics statistics_of(const Samples& samples) {
  Statistics result = mean_and_error_of(samples);
  const auto finished = finished_curves(samples, &dynamics::Trajectory::curves);
  const std::size_t count = finished.size();
  const std::size_t times = result.mean.times();
  std::vector<double> deviations(times * count);  // (T, R), column-major
  for (const Field& field : result.mean.fields()) {
    if (!field.is_curve()) {
      continue;
    }
    auto& covariance = result.covariance[field];
    covariance.resize(result.mean.pairs() * times * times);
    for (std::size_t pair = 0; pair < result.mean.pairs(); ++pair) {
      const auto mean = result.mean.curve(field, pair);
      for (std::size_t r = 0; r < count; ++r) {
        std::ranges::transform(finished[r]->curve(field, pair), mean,
                               deviations.begin() + static_cast<std::ptrdiff_t>(r * times),
                               std::minus());
      }
      const auto rows = static_cast<std::int64_t>(times);
      blas::gemm(blas::Operation::none, blas::Operation::transpose, rows, rows,
                 static_cast<std::int64_t>(count), variance_of_mean(count), deviations.data(), rows,
                 deviations.data(), rows, 0.0, covariance.data() + pair * times * times, rows);
    }
  }
  return result;
}

}  // namespace rmtheat::ensemble
