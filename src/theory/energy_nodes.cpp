#include "energy_nodes.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <functional>
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
constexpr double negligible_tail = 1e-10;

/// The sum of the absolute values of all measures at each node.
std::vector<double> common_weights(const TotalEnergy& total) {
  std::vector<double> sum(total.node.size());
  const auto add = [&](const EnergyMeasure& measure) {
    std::ranges::transform(sum, measure.probability, sum.begin(),
                           [](double s, double p) { return s + std::abs(p); });
  };
  add(total.infinite);
  std::ranges::for_each(total.initial, add);
  std::ranges::for_each(total.response, add);
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

/// Rank of the profile's factor where energies fill a range evenly.
double rank_on_range(const Setting& setting, double low, double high) {
  constexpr std::size_t samples = 1000;
  TotalEnergy range;
  range.node.resize(samples);
  range.infinite.probability.assign(samples, 1.0 / static_cast<double>(samples));
  for (std::size_t k = 0; k < samples; ++k) {
    range.node[k] = low + (high - low) * static_cast<double>(k) / static_cast<double>(samples - 1);
  }
  return static_cast<double>(profile_factor(range, *setting.coupling).columns);
}

/// As many nodes as resolve e^(-iet) and the profile by Chebyshev polynomials on the range.
std::size_t node_count(const Setting& setting, double time) {
  const auto [low, high] = total_energy_range(setting, negligible_tail);
  const double phase = 0.5 * (high - low) * (time + profile_time(setting));
  return static_cast<std::size_t>(phase + 10.0 * std::cbrt(phase) + 30.0);
}

/// Gauss's rule of `count` nodes, each measure with the weights that follow from its moments.
TotalEnergy rule_of(const Orthogonal& polynomials, TotalEnergy moments, std::size_t count) {
  std::vector<double> nodes(polynomials.diagonal.begin(),
                            polynomials.diagonal.begin() + static_cast<std::ptrdiff_t>(count));
  auto off_diagonal = polynomials.off_diagonal;
  std::vector<double> vectors(count * count);
  std::vector<double> work(2 * count);
  if (lapack::stev(static_cast<int>(count), nodes.data(), off_diagonal.data(), vectors.data(),
                   work.data()) != 0) {
    throw NumericalError("The nodes of the total energy were not found.");
  }
  const auto to_nodes = [&](std::vector<double>& series) {
    std::vector<double> weights(count);
    for (std::size_t k = 0; k < count; ++k) {
      const double* vector = vectors.data() + k * count;
      weights[k] = vector[0] * std::inner_product(vector, vector + count, series.begin(), 0.0);
    }
    series = std::move(weights);
  };
  moments.for_each_measure([&](EnergyMeasure& measure) { measure.for_each_series(to_nodes); });
  moments.node = std::move(nodes);
  return moments;
}

/// The largest difference of <e^(-iet)> in any measure at a few times up to the last one.
double largest_phase_error(TotalEnergy& rule, TotalEnergy& source, double last) {
  const auto averages = [](TotalEnergy& total, double time) {
    std::vector<std::complex<double>> phases;
    for (const double energy : total.node) {
      phases.push_back(std::polar(1.0, -energy * time));
    }
    std::vector<std::complex<double>> result;
    total.for_each_measure([&](const EnergyMeasure& measure) {
      result.push_back(std::inner_product(phases.begin(), phases.end(), measure.probability.begin(),
                                          std::complex<double>()));
    });
    return result;
  };
  double largest = 0.0;
  for (const double fraction : {0.7, 0.8, 0.9, 1.0}) {
    const auto exact = averages(source, fraction * last);
    const auto found = averages(rule, fraction * last);
    for (std::size_t k = 0; k < exact.size(); ++k) {
      largest = std::max(largest, std::abs(found[k] - exact[k]));
    }
  }
  return largest;
}

}  // namespace

TotalEnergy reduced(const TotalEnergy& total, std::size_t count, double time) {
  TotalEnergy source = total;
  source.width.clear();
  auto weights = common_weights(source);
  keep(source, weights, 0.0);
  if (source.node.size() <= count) {
    return source;
  }
  const double norm = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::ranges::for_each(weights, [norm](double& w) { w /= norm; });
  const auto polynomials = orthogonal_polynomials(source.node, weights, count);
  auto moments = source;
  moments.for_each_measure([&](EnergyMeasure& measure) {
    measure.for_each_series([&](std::vector<double>& series) {
      std::ranges::transform(series, weights, series.begin(),
                             [](double x, double w) { return x / std::sqrt(w); });
      std::vector<double> sums(count);
      const auto rows = static_cast<std::int64_t>(series.size());
      blas::gemv(blas::Operation::transpose, rows, static_cast<std::int64_t>(count), 1.0,
                 polynomials.values.data.data(), rows, series.data(), 0.0, sums.data());
      series = std::move(sums);
    });
  });
  for (const double fraction : {0.4, 0.5, 0.6, 0.7, 0.8, 0.9}) {
    const auto fewer = static_cast<std::size_t>(fraction * static_cast<double>(count));
    auto result = rule_of(polynomials, moments, fewer);
    if (largest_phase_error(result, source, time) < 1e-12) {
      return result;
    }
  }
  return rule_of(polynomials, moments, count);
}

Matrix profile_factor(const TotalEnergy& total, const model::CouplingLaw& law) {
  constexpr double tolerance = 1e-12;
  const std::size_t size = total.node.size();
  auto weights = common_weights(total);
  const double norm = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::ranges::for_each(weights, [norm](double& weight) { weight /= norm; });
  Matrix factor(size, 0);
  std::vector<double> rest(size, law.profile(0.0));
  while (factor.columns < size) {
    // No element of g - L L^T exceeds the root of the product of its diagonal elements.
    std::size_t pivot = 0;
    double largest = 0.0;
    double sum = 0.0;
    for (std::size_t a = 0; a < size; ++a) {
      const double share = weights[a] * std::sqrt(rest[a]);
      sum += share;
      if (share > largest) {
        largest = share;
        pivot = a;
      }
    }
    if (sum * sum <= tolerance) {
      break;
    }
    std::vector<double> column(size);
    for (std::size_t a = 0; a < size; ++a) {
      column[a] = law.profile(total.node[a] - total.node[pivot]);
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
      rest[a] = std::max(0.0, rest[a] - column[a] * column[a]);
    }
    rest[pivot] = 0.0;
    factor.data.insert(factor.data.end(), column.begin(), column.end());
    ++factor.columns;
  }
  return factor;
}

double profile_time(const Setting& setting) {
  const auto [low, high] = total_energy_range(setting, negligible_tail);
  return low == high ? 0.0 : std::numbers::pi * rank_on_range(setting, low, high) / (high - low);
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
  return reduced(total, node_count(setting, time), time + profile_time(setting));
}

ProfileSizes profile_sizes(const Setting& setting, double time) {
  constexpr double few = 5000.0;
  double states = 1.0;
  for (const auto& system : setting.systems) {
    states *= system->continuum() != nullptr
                  ? 1.0
                  : static_cast<double>(system->discretized(0.0, 0.0, 0.0).size());
  }
  if (states <= few) {
    const auto nodes = profile_nodes(setting, time);
    return {static_cast<double>(nodes.node.size()),
            static_cast<double>(profile_factor(nodes, *setting.coupling).columns),
            0.5 * (nodes.node.back() - nodes.node.front()), std::max(states, 1000.0)};
  }
  const auto [low, high] = total_energy_range(setting, negligible_tail);
  return {std::min(states, static_cast<double>(node_count(setting, time))),
          rank_on_range(setting, low, high), 0.5 * (high - low), states};
}

}  // namespace rmtheat::theory
