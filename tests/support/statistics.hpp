#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace rmtheat::test {

/// Sample mean and the standard error of that mean.
struct MeanWithError {
  double mean = 0.0;
  double error = 0.0;

  /// Distance of the mean from `expected` in standard errors.
  [[nodiscard]] double deviation(double expected) const {
    return std::abs(mean - expected) / error;
  }
};

/// Threshold of MeanWithError::deviation: false-positive rate 1.2e-5 (Gaussian, two-sided).
inline constexpr double sigma_threshold = 4.38;

inline MeanWithError mean_with_error(std::span<const double> sample) {
  const auto count = static_cast<double>(sample.size());
  double sum = 0.0;
  for (const double value : sample) {
    sum += value;
  }
  const double mean = sum / count;
  double squares = 0.0;
  for (const double value : sample) {
    squares += (value - mean) * (value - mean);
  }
  return {mean, std::sqrt(squares / (count * (count - 1.0)))};
}

/// Of one value of the sample.
inline double sample_variance(std::span<const double> sample) {
  const double error = mean_with_error(sample).error;
  return error * error * static_cast<double>(sample.size());
}

/// Largest distance between the sample's distribution function and `cdf` (Kolmogorov and Smirnov).
template <class Cdf>
double ks_distance(std::vector<double> sample, Cdf cdf) {
  std::sort(sample.begin(), sample.end());
  const auto count = static_cast<double>(sample.size());
  double distance = 0.0;
  for (std::size_t k = 0; k < sample.size(); ++k) {
    const double expected = cdf(sample[k]);
    const auto rank = static_cast<double>(k);
    distance = std::max({distance, expected - rank / count, (rank + 1.0) / count - expected});
  }
  return distance;
}

/// Largest distance between the distribution functions of two samples.
inline double ks_distance(std::vector<double> first, std::vector<double> second) {
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  double distance = 0.0;
  for (std::size_t k = 0; k < first.size(); ++k) {
    const auto below = std::upper_bound(second.begin(), second.end(), first[k]) - second.begin();
    distance = std::max(distance,
                        std::abs(static_cast<double>(k + 1) / static_cast<double>(first.size()) -
                                 static_cast<double>(below) / static_cast<double>(second.size())));
  }
  return distance;
}

/// The distance that `count` independent draws exceed with probability at most `false_positives`
/// (Dvoretzky, Kiefer and Wolfowitz, with Massart's constant): holds at every count.
inline double ks_threshold(double count, double false_positives = 1e-5) {
  return std::sqrt(std::log(2.0 / false_positives) / (2.0 * count));
}

}  // namespace rmtheat::test
