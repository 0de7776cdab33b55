#include "rmtheat/ensemble/samples.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>

#include "rmtheat/linalg/blas.hpp"

namespace rmtheat::ensemble {

using model::Curves;
using model::Field;

namespace {

std::vector<const Curves*> finished_curves(const Samples& samples) {
  std::vector<const Curves*> finished;
  for (const auto& sample : samples) {
    if (sample) {
      finished.push_back(&sample->curves);
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

}  // namespace

Statistics mean_and_error_of(const Samples& samples) {
  const auto finished = finished_curves(samples);
  if (finished.empty()) {
    throw std::invalid_argument("statistics: no realization is finished");
  }
  const auto count = static_cast<double>(finished.size());
  const std::size_t pairs = finished.front()->pairs();
  const std::size_t times = finished.front()->times();
  Statistics result{finished.size(),
                    Curves(pairs, times),
                    Curves(pairs, times),
                    {},
                    largest_diagnostics(samples)};
  for (const Field& field : finished.front()->fields()) {
    const auto mean = result.mean.add(field);
    for (const Curves* curves : finished) {
      const auto values = curves->values(field);
      for (std::size_t k = 0; k < mean.size(); ++k) {
        mean[k] += values[k];
      }
    }
    for (double& value : mean) {
      value /= count;
    }
    const auto error = result.standard_error.add(field);
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
  return result;
}

Statistics statistics_of(const Samples& samples) {
  Statistics result = mean_and_error_of(samples);
  const auto finished = finished_curves(samples);
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
      linalg::gemm(linalg::Operation::none, linalg::Operation::transpose, rows, rows,
                   static_cast<std::int64_t>(count), variance_of_mean(count), deviations.data(),
                   rows, deviations.data(), rows, 0.0, covariance.data() + pair * times * times,
                   rows);
    }
  }
  return result;
}

}  // namespace rmtheat::ensemble
