#include "energy_nodes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>
#include <span>
#include <utility>

#include "rmtheat/support/blas.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/lapack.hpp"
#include "rmtheat/theory/one_point.hpp"

namespace rmtheat::theory {
namespace {

/// Of continuum densities what is below this, relative to the largest, is dropped.
constexpr double negligible_tail = 1e-12;

/// The sum of the absolute values of all measures at each node.
std::vector<double> common_weights(TotalEnergy& total) {
  std::vector<double> sum(total.node.size());
  total.for_each_measure([&](const EnergyMeasure& measure) {
    std::ranges::transform(sum, measure.probability, sum.begin(),
                           [](double s, double p) { return s + std::abs(p); });
  });
  return sum;
}

/// Keeps the nodes where `weights` exceed `least`, and their weights.
void keep(TotalEnergy& total, std::vector<double>& weights, double least) {
  const auto cut = [&, mask = weights](std::vector<double>& series) {
    std::size_t kept = 0;
    for (std::size_t k = 0; k < mask.size(); ++k) {
      if (mask[k] > least) {
        series[kept++] = series[k];
      }
    }
    series.resize(kept);
  };
  cut(total.node);
  total.for_each_measure([&](EnergyMeasure& measure) { measure.for_each_series(cut); });
  cut(weights);
}

/// The three-term recurrence of the polynomials that are orthonormal for given weights on nodes,
/// and their values times the roots of the weights, (nodes, count).
struct Orthogonal {
  std::vector<double> diagonal;
  std::vector<double> off_diagonal;
  Matrix values;
};

/// Lanczos's recursion with full orthogonalization, from middle and half width 0 and 1.
Orthogonal orthogonal_polynomials(const std::vector<double>& nodes,
                                  const std::vector<double>& weights, std::size_t count) {
  const std::size_t size = nodes.size();
  const auto rows = static_cast<std::int64_t>(size);
  Orthogonal result{{}, {}, Matrix(size, count)};
  auto& values = result.values;
  std::ranges::transform(weights, values.column(0), [](double w) { return std::sqrt(w); });
  std::vector<double> next(size);
  std::vector<double> overlaps(count);
  for (std::size_t k = 0; k < count; ++k) {
    const std::span vector(values.column(k), size);
    double diagonal = 0.0;
    for (std::size_t a = 0; a < size; ++a) {
      next[a] = nodes[a] * vector[a];
      diagonal += next[a] * vector[a];
    }
    result.diagonal.push_back(diagonal);
    if (k + 1 == count) {
      break;
    }
    for (int pass = 0; pass < 2; ++pass) {
      const auto columns = static_cast<std::int64_t>(k + 1);
      blas::gemv(blas::Operation::transpose, rows, columns, 1.0, values.data.data(), rows,
                 next.data(), 0.0, overlaps.data());
      blas::gemv(blas::Operation::none, rows, columns, -1.0, values.data.data(), rows,
                 overlaps.data(), 1.0, next.data());
    }
    const double norm = std::sqrt(std::inner_product(next.begin(), next.end(), next.begin(), 0.0));
    result.off_diagonal.push_back(norm);
    std::ranges::transform(next, values.column(k + 1), [norm](double x) { return x / norm; });
  }
  return result;
}

}  // namespace

TotalEnergy reduced(const TotalEnergy& total, std::size_t count) {
  TotalEnergy result = total;
  result.width.clear();
  auto weights = common_weights(result);
  keep(result, weights, 0.0);
  if (result.node.size() <= count) {
    return result;
  }
  const double norm = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::ranges::for_each(weights, [norm](double& w) { w /= norm; });
  auto [diagonal, off_diagonal, values] = orthogonal_polynomials(result.node, weights, count);
  std::vector<double> vectors(count * count);
  std::vector<double> work(2 * count);
  if (lapack::stev(static_cast<int>(count), diagonal.data(), off_diagonal.data(), vectors.data(),
                   work.data()) != 0) {
    throw NumericalError("The nodes of the total energy were not found.");
  }
  const auto to_nodes = [&](std::vector<double>& series) {
    std::ranges::transform(series, weights, series.begin(),
                           [](double x, double w) { return x / std::sqrt(w); });
    std::vector<double> moments(count);
    const auto rows = static_cast<std::int64_t>(series.size());
    blas::gemv(blas::Operation::transpose, rows, static_cast<std::int64_t>(count), 1.0,
               values.data.data(), rows, series.data(), 0.0, moments.data());
    series.resize(count);
    for (std::size_t k = 0; k < count; ++k) {
      const double* vector = vectors.data() + k * count;
      series[k] = vector[0] * std::inner_product(moments.begin(), moments.end(), vector, 0.0);
    }
  };
  result.for_each_measure([&](EnergyMeasure& measure) { measure.for_each_series(to_nodes); });
  result.node = std::move(diagonal);
  return result;
}

Matrix profile_factor(const std::vector<double>& energies,
                      const model::CouplingLaw& law) {
  constexpr double tolerance = 1e-13;
  const std::size_t size = energies.size();
  Matrix factor(size, 0);
  std::vector<double> rest(size, law.profile(0.0));
  while (factor.columns < size) {
    const auto pivot = static_cast<std::size_t>(std::ranges::max_element(rest) - rest.begin());
    if (rest[pivot] <= tolerance) {
      break;
    }
    std::vector<double> column(size);
    for (std::size_t a = 0; a < size; ++a) {
      column[a] = law.profile(energies[a] - energies[pivot]);
    }
    for (std::size_t q = 0; q < factor.columns; ++q) {
      const double* earlier = factor.column(q);
      for (std::size_t a = 0; a < size; ++a) {
        column[a] -= earlier[a] * earlier[pivot];
      }
    }
    const double root = std::sqrt(rest[pivot]);
    for (std::size_t a = 0; a < size; ++a) {
      column[a] /= root;
      rest[a] -= column[a] * column[a];
    }
    rest[pivot] = 0.0;
    factor.data.insert(factor.data.end(), column.begin(), column.end());
    ++factor.columns;
  }
  return factor;
}

double profile_time(const Setting& setting) {
  constexpr std::size_t samples = 1000;
  const auto [low, high] = total_energy_range(setting, negligible_tail);
  if (low == high) {
    return 0.0;
  }
  std::vector<double> range(samples);
  for (std::size_t k = 0; k < samples; ++k) {
    range[k] = low + (high - low) * static_cast<double>(k) / static_cast<double>(samples - 1);
  }
  return std::numbers::pi * static_cast<double>(profile_factor(range, *setting.coupling).columns) /
         (high - low);
}

std::size_t profile_node_count(const Setting& setting, double time) {
  const auto [low, high] = total_energy_range(setting, negligible_tail);
  // As many Chebyshev polynomials as resolve e^(-iet) and the profile.
  const double phase = 0.5 * (high - low) * (time + profile_time(setting));
  const double count = phase + 10.0 * std::cbrt(phase) + 30.0;
  double states = 1.0;
  for (const auto& system : setting.systems) {
    states *= system->continuum() != nullptr
                  ? std::numeric_limits<double>::infinity()
                  : static_cast<double>(system->discretized(0.0, 0.0, 0.0).size());
  }
  return static_cast<std::size_t>(std::min(count, states));
}

TotalEnergy profile_nodes(const Setting& setting, double time) {
  auto total = total_energy(setting, time);
  require_normalized(total, setting);
  if (is_continuum(setting)) {
    auto density = common_weights(total);
    std::ranges::transform(density, total.width, density.begin(), std::divides());
    keep(total, density, negligible_tail * *std::ranges::max_element(density));
    total.width.clear();
  }
  return reduced(total, profile_node_count(setting, time));
}

}  // namespace rmtheat::theory
