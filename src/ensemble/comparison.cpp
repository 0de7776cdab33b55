#include "rmtheat/ensemble/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <boost/math/distributions/fisher_f.hpp>

namespace rmtheat::ensemble {
namespace {

constexpr std::size_t most_components = 10;
constexpr std::size_t realizations_per_component = 4;

/// Variances below this fraction of the largest are rounding, not noise.
constexpr double negligible_variance = 1e-20;
/// A component whose variance is explained by earlier ones to this fraction is left out.
constexpr double dependent_fraction = 1e-10;

using Vector = std::vector<double>;

double quadratic_form(const Vector& left, std::span<const double> covariance, const Vector& right) {
  double sum = 0.0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    double row = 0.0;
    for (std::size_t j = 0; j < right.size(); ++j) {
      row += covariance[i * right.size() + j] * right[j];
    }
    sum += left[i] * row;
  }
  return sum;
}

/// Discrete cosine (type II) number k over T points.
Vector cosine(std::size_t k, std::size_t size) {
  Vector values(size);
  for (std::size_t j = 0; j < size; ++j) {
    values[j] = std::cos(std::numbers::pi * static_cast<double>(k) *
                         (static_cast<double>(j) + 0.5) / static_cast<double>(size));
  }
  return values;
}

std::optional<Comparison::Test> hotelling_test(const MeasuredCurve& measured,
                                               const Vector& difference, double noise_floor) {
  const std::size_t wanted =
      std::min({most_components,
                std::max<std::size_t>(1, (measured.realizations - 1) / realizations_per_component),
                difference.size()});
  // Forward substitution with the Cholesky factor of the projected covariance, row by row.
  std::vector<Vector> basis;
  std::vector<Vector> factor;
  Vector whitened;
  for (std::size_t k = 0; k < wanted; ++k) {
    Vector direction = cosine(k, difference.size());
    const double variance = quadratic_form(direction, measured.covariance, direction);
    Vector row;
    double residual = 0.0;
    for (std::size_t t = 0; t < difference.size(); ++t) {
      residual += direction[t] * difference[t];
    }
    double remaining = variance;
    for (std::size_t l = 0; l < basis.size(); ++l) {
      double element = quadratic_form(direction, measured.covariance, basis[l]);
      for (std::size_t j = 0; j < l; ++j) {
        element -= row[j] * factor[l][j];
      }
      row.push_back(element / factor[l][l]);
      remaining -= row[l] * row[l];
      residual -= row[l] * whitened[l];
    }
    const auto size = static_cast<double>(difference.size());
    if (remaining <= dependent_fraction * variance || variance <= noise_floor * size * size) {
      continue;
    }
    row.push_back(std::sqrt(remaining));
    whitened.push_back(residual / row.back());
    basis.push_back(std::move(direction));
    factor.push_back(std::move(row));
  }
  if (basis.empty()) {
    return std::nullopt;
  }
  double t_squared = 0.0;
  for (const double value : whitened) {
    t_squared += value * value;
  }
  const auto components = static_cast<double>(basis.size());
  const auto realizations = static_cast<double>(measured.realizations);
  const double f = t_squared * (realizations - components) / (components * (realizations - 1.0));
  const boost::math::fisher_f distribution(components, realizations - components);
  return Comparison::Test{basis.size(), f,
                          boost::math::cdf(boost::math::complement(distribution, f))};
}

}  // namespace

Comparison compare(const MeasuredCurve& measured, std::span<const double> predicted) {
  const std::size_t size = measured.mean.size();
  Vector difference(size);
  double largest_variance = 0.0;
  double scale = 0.0;
  for (std::size_t t = 0; t < size; ++t) {
    difference[t] = measured.mean[t] - predicted[t];
    largest_variance = std::max(largest_variance, measured.covariance[t * size + t]);
    scale = std::max(scale, std::abs(measured.mean[t]));
  }
  // Fluctuations at the level of rounding are no error bars.
  const double rounding = 1e-13 * scale;
  const double noise_floor = std::max(negligible_variance * largest_variance, rounding * rounding);

  Comparison result;
  for (std::size_t t = 0; t < size; ++t) {
    const double variance = measured.covariance[t * size + t];
    double deviation = 0.0;
    if (variance > noise_floor) {
      deviation = std::abs(difference[t]) / std::sqrt(variance);
    } else if (std::abs(difference[t]) > 1e-9 * scale) {
      deviation = std::numeric_limits<double>::infinity();
    }
    if (deviation > result.largest_deviation) {
      result.largest_deviation = deviation;
      result.at_index = t;
    }
  }
  if (measured.realizations > 1 && largest_variance > noise_floor) {
    result.test = hotelling_test(measured, difference, noise_floor);
  }

  Vector window(size, 0.0);
  const std::size_t first = late_begin(size);
  std::fill(window.begin() + static_cast<std::ptrdiff_t>(first), window.end(),
            1.0 / static_cast<double>(size - first));
  for (std::size_t t = first; t < size; ++t) {
    result.plateau += window[t] * measured.mean[t];
    result.predicted_plateau += window[t] * predicted[t];
  }
  result.plateau_error =
      std::sqrt(std::max(0.0, quadratic_form(window, measured.covariance, window)));
  return result;
}

}  // namespace rmtheat::ensemble
