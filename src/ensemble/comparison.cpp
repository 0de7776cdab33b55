#include "rmtheat/ensemble/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>
#include <vector>

#include <boost/math/distributions/fisher_f.hpp>

#include "rmtheat/support/philox.hpp"

namespace rmtheat::ensemble {
namespace {

constexpr std::size_t most_components = 10;
constexpr std::size_t realizations_per_component = 8;

/// A component is left out whose variance, beyond what earlier ones explain, is below this fraction
/// of the noisiest one's.
constexpr double quiet_fraction = 1e-4;

constexpr double relative_rounding = 1e-12;

constexpr double doubtful_p_value = 0.05;
constexpr std::size_t most_resampled = 2000;  ///< realizations
constexpr std::size_t resamplings = 1000;
constexpr double calibrated_quantile = 0.99;

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

/// Overwrites the values, in row order, by the solution of L x = values, L lower triangular.
void forward_substitute(const std::vector<Vector>& factor, std::span<double> values) {
  for (std::size_t k = 0; k < values.size(); ++k) {
    for (std::size_t l = 0; l < k; ++l) {
      values[k] -= factor[k][l] * values[l];
    }
    values[k] /= factor[k][k];
  }
}

/// Each sample's deviation from the mean, projected on the basis and whitened with the Cholesky
/// factor of the projections' covariance.
std::vector<Vector> whitened_samples(const MeasuredCurve& measured,
                                     const std::vector<Vector>& basis,
                                     const std::vector<Vector>& factor) {
  std::vector<Vector> rows;
  for (const auto sample : measured.samples) {
    Vector& row = rows.emplace_back(basis.size(), 0.0);
    for (std::size_t k = 0; k < basis.size(); ++k) {
      for (std::size_t t = 0; t < sample.size(); ++t) {
        row[k] += basis[k][t] * (sample[t] - measured.mean[t]);
      }
    }
    forward_substitute(factor, row);
  }
  return rows;
}

/// T^2 of the mean of these rows, drawn with their counts, about zero; infinite where they span
/// less than the space.
double t_squared_of(const std::vector<Vector>& rows, const std::vector<double>& counts) {
  const std::size_t size = rows.front().size();
  const auto realizations = static_cast<double>(rows.size());
  Vector mean(size, 0.0);
  std::vector<Vector> factor(size,
                             Vector(size, 0.0));  // second moments, then their Cholesky factor
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t k = 0; k < size; ++k) {
      const double weighted = counts[r] * rows[r][k] / realizations;
      mean[k] += weighted;
      for (std::size_t l = 0; l <= k; ++l) {
        factor[k][l] += weighted * rows[r][l];
      }
    }
  }
  for (std::size_t k = 0; k < size; ++k) {
    for (std::size_t l = 0; l <= k; ++l) {
      double element = (factor[k][l] - mean[k] * mean[l]) / (realizations - 1.0);
      for (std::size_t j = 0; j < l; ++j) {
        element -= factor[k][j] * factor[l][j];
      }
      if (l < k) {
        factor[k][l] = element / factor[l][l];
      } else if (element <= 0.0) {
        return std::numeric_limits<double>::infinity();
      } else {
        factor[k][k] = std::sqrt(element);
      }
    }
  }
  forward_substitute(factor, mean);
  return std::inner_product(mean.begin(), mean.end(), mean.begin(), 0.0);
}

double bootstrap_quantile(const std::vector<Vector>& rows) {
  const PhiloxStream random(1, 0, Stream::bootstrap);
  const auto size = static_cast<double>(rows.size());
  Vector values;
  for (std::size_t b = 0; b < resamplings; ++b) {
    Vector counts(rows.size(), 0.0);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      counts[static_cast<std::size_t>(random.uniform_pair(r, b)[0] * size)] += 1.0;
    }
    values.push_back(t_squared_of(rows, counts));
  }
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(calibrated_quantile *
                                                                  static_cast<double>(resamplings));
  std::ranges::nth_element(values, place);
  return *place;
}

/// Standard error at each time, not below the floor.
Vector standard_errors(const MeasuredCurve& measured) {
  const std::size_t size = measured.mean.size();
  Vector errors(size);
  for (std::size_t t = 0; t < size; ++t) {
    errors[t] =
        std::max(std::sqrt(std::max(0.0, measured.covariance[t * size + t])), measured.floor);
  }
  return errors;
}

/// The standard error up to which a time's deviation is none, being rounding; 0 where all are.
double quiet_error(const Vector& errors, double floor) {
  const double limit = rounding_tolerance * floor;
  return std::ranges::max(errors) > limit ? limit : 0.0;
}

/// Overwrites the whitened projections of a difference by the smallest that remain when it is
/// changed by at most `allowance` at each time: by descent along one time after the other.
void shrink(Vector& whitened, const std::vector<Vector>& basis, const std::vector<Vector>& factor,
            std::span<const double> allowance) {
  constexpr int most_sweeps = 300;
  constexpr double resolved = 1e-6;
  std::vector<Vector> columns(allowance.size(), Vector(basis.size()));
  Vector squares(allowance.size());
  for (std::size_t t = 0; t < columns.size(); ++t) {
    for (std::size_t k = 0; k < basis.size(); ++k) {
      columns[t][k] = basis[k][t];
    }
    forward_substitute(factor, columns[t]);
    squares[t] = std::inner_product(columns[t].begin(), columns[t].end(), columns[t].begin(), 0.0);
  }
  Vector change(allowance.size());
  double largest_step = std::numeric_limits<double>::infinity();
  for (int sweep = 0; sweep < most_sweeps && largest_step > resolved; ++sweep) {
    largest_step = 0.0;
    for (std::size_t t = 0; t < columns.size(); ++t) {
      if (squares[t] == 0.0) {
        continue;
      }
      const double overlap =
          std::inner_product(columns[t].begin(), columns[t].end(), whitened.begin(), 0.0);
      const double before = std::exchange(
          change[t], std::clamp(change[t] + overlap / squares[t], -allowance[t], allowance[t]));
      const double step = change[t] - before;
      for (std::size_t k = 0; k < whitened.size(); ++k) {
        whitened[k] -= step * columns[t][k];
      }
      largest_step = std::max(largest_step, std::abs(step) * std::sqrt(squares[t]));
    }
  }
}

std::optional<Comparison::Test> hotelling_test(const MeasuredCurve& measured,
                                               const Vector& difference,
                                               std::span<const double> allowance) {
  const std::size_t wanted =
      std::min({most_components,
                std::max<std::size_t>(1, (measured.realizations - 1) / realizations_per_component),
                difference.size()});
  // Forward substitution with the Cholesky factor of the projected covariance, row by row.
  std::vector<Vector> basis;
  std::vector<Vector> factor;
  Vector whitened;
  std::vector<Vector> directions(wanted);
  Vector variances(wanted);
  for (std::size_t k = 0; k < wanted; ++k) {
    directions[k] = cosine(k, difference.size());
    variances[k] = quadratic_form(directions[k], measured.covariance, directions[k]);
  }
  const double rounding = measured.floor * static_cast<double>(difference.size());
  const double quiet = std::max(quiet_fraction * std::ranges::max(variances), rounding * rounding);
  for (std::size_t k = 0; k < wanted; ++k) {
    Vector& direction = directions[k];
    Vector row;
    double residual = 0.0;
    for (std::size_t t = 0; t < difference.size(); ++t) {
      residual += direction[t] * difference[t];
    }
    double remaining = variances[k];
    for (std::size_t l = 0; l < basis.size(); ++l) {
      double element = quadratic_form(direction, measured.covariance, basis[l]);
      for (std::size_t j = 0; j < l; ++j) {
        element -= row[j] * factor[l][j];
      }
      row.push_back(element / factor[l][l]);
      remaining -= row[l] * row[l];
      residual -= row[l] * whitened[l];
    }
    if (remaining <= quiet) {
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
  if (!allowance.empty()) {
    shrink(whitened, basis, factor, allowance);
  }
  double t_squared = 0.0;
  for (const double value : whitened) {
    t_squared += value * value;
  }
  const auto components = static_cast<double>(basis.size());
  const auto realizations = static_cast<double>(measured.realizations);
  const double f = t_squared * (realizations - components) / (components * (realizations - 1.0));
  const boost::math::fisher_f distribution(components, realizations - components);
  Comparison::Test test{basis.size(), f,
                        boost::math::cdf(boost::math::complement(distribution, f))};
  if (test.p_value < doubtful_p_value && basis.size() > 1 && !measured.samples.empty() &&
      measured.realizations <= most_resampled) {
    const double quantile = bootstrap_quantile(whitened_samples(measured, basis, factor));
    test.inflation =
        std::max(1.0, quantile * (realizations - components) / (components * (realizations - 1.0)) /
                          boost::math::quantile(distribution, calibrated_quantile));
    test.p_value = boost::math::cdf(boost::math::complement(distribution, f / test.inflation));
  }
  return test;
}

}  // namespace

double rounding_floor(const model::Field& field, double energy, const model::Betas& betas,
                      std::span<const double> mean) {
  const double beta = std::max(std::abs(betas[0]), std::abs(betas[1]));
  double scale = 0.0;
  if (field.units == "energy") {
    scale = energy;
  } else if (field.units.starts_with("energy^2")) {
    scale = energy * energy;
  } else if (field.units == "k_B") {
    scale = beta * energy;
  } else if (field.units == "k_B^2") {
    scale = beta * beta * energy * energy;
  } else if (field.units == "k_B energy / hbar") {
    scale = beta * beta * energy * energy * energy;
  }
  for (const double value : mean) {
    scale = std::max(scale, std::abs(value));
  }
  return relative_rounding * scale;
}

Comparison compare(const MeasuredCurve& measured, std::span<const double> predicted,
                   std::span<const double> left_out) {
  const std::size_t size = measured.mean.size();
  Vector difference(size);
  const auto errors = standard_errors(measured);
  const double quiet = quiet_error(errors, measured.floor);
  Comparison result;
  for (std::size_t t = 0; t < size; ++t) {
    difference[t] = measured.mean[t] - predicted[t];
    if (std::abs(difference[t]) <= measured.floor) {
      difference[t] = 0.0;
      continue;
    }
    const double explained = left_out.empty() ? 0.0 : left_out[t];
    const double deviation = std::max(0.0, std::abs(difference[t]) - explained) / errors[t];
    if (errors[t] > quiet && deviation > result.largest_deviation) {
      result.largest_deviation = deviation;
      result.at_index = t;
    }
  }
  if (measured.realizations > 1) {
    result.test = hotelling_test(measured, difference, left_out);
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

double largest_distance(const MeasuredCurve& measured, std::span<const double> first,
                        std::span<const double> second) {
  const auto errors = standard_errors(measured);
  const double quiet = quiet_error(errors, measured.floor);
  double largest = 0.0;
  for (std::size_t t = 0; t < errors.size(); ++t) {
    const double distance = std::abs(first[t] - second[t]);
    if (errors[t] > quiet && distance > measured.floor) {
      largest = std::max(largest, distance / errors[t]);
    }
  }
  return largest;
}

}  // namespace rmtheat::ensemble
