#include "rmtheat/ensemble/samples.hpp"

#include <cmath>
#include <stdexcept>

#include "rmtheat/linalg/blas.hpp"

namespace rmtheat::ensemble {

using model::Curves;
using model::Observable;

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

}  // namespace

Statistics statistics_of(const Samples& samples) {
  const auto finished = finished_curves(samples);
  if (finished.empty()) {
    throw std::invalid_argument("statistics_of: no realization is finished");
  }
  const std::size_t count = finished.size();
  const std::size_t pairs = finished.front()->pairs();
  const std::size_t times = finished.front()->times();
  // Var of the mean = sum of squared deviations / (R (R - 1)).
  const double norm =
      count > 1 ? 1.0 / (static_cast<double>(count) * static_cast<double>(count - 1)) : 0.0;

  Statistics result{count, Curves(pairs, times), Curves(pairs, times), {}};
  std::vector<double> deviations(times * count);  // (T, R), column-major
  for (const Observable observable : finished.front()->present()) {
    const auto mean = result.mean.add(observable);
    for (const Curves* curves : finished) {
      const auto values = curves->values(observable);
      for (std::size_t k = 0; k < mean.size(); ++k) {
        mean[k] += values[k];
      }
    }
    for (double& value : mean) {
      value /= static_cast<double>(count);
    }
    auto& covariance = result.covariance[observable];
    covariance.resize(pairs * times * times);
    const auto standard_error = result.standard_error.add(observable);
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      for (std::size_t r = 0; r < count; ++r) {
        const auto values = finished[r]->curve(observable, pair);
        for (std::size_t t = 0; t < times; ++t) {
          deviations[r * times + t] = values[t] - mean[pair * times + t];
        }
      }
      double* block = covariance.data() + pair * times * times;
      linalg::gemm(linalg::Operation::none, linalg::Operation::transpose, times, times, count, norm,
                   deviations.data(), times, deviations.data(), times, 0.0, block, times);
      for (std::size_t t = 0; t < times; ++t) {
        standard_error[pair * times + t] = std::sqrt(block[t * times + t]);
      }
    }
  }
  return result;
}

}  // namespace rmtheat::ensemble
