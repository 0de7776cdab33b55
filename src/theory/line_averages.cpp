#include "line_averages.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <numbers>

#include "dyson.hpp"
#include "legendre.hpp"
#include "rmtheat/support/lanes.hpp"
#include "rmtheat/support/target_clones.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;
using Rule = LegendreRule;

constexpr double rounding = 1e-15;  ///< of an energy, relative
constexpr double accuracy = 1e-13;  ///< of an interpolation, relative to the largest values

/// -high, ..., -low, then uniform to low, and on to high: by a factor beyond low, where functions
/// of 1 / x are smooth on each piece.
std::vector<double> graded_points(double low, double high, std::size_t uniform) {
  std::vector<double> outer;
  double last = low;
  while (last < high) {
    last *= std::numbers::sqrt2;
    outer.push_back(last);
  }
  std::vector<double> points;
  std::transform(outer.rbegin(), outer.rend(), std::back_inserter(points), std::negate());
  for (std::size_t k = 0; k <= uniform; ++k) {
    points.push_back(low * (2.0 * static_cast<double>(k) / static_cast<double>(uniform) - 1.0));
  }
  points.insert(points.end(), outer.begin(), outer.end());
  return points;
}

/// values = weights known / sum of the weights: weights (point of values, point of known), values
/// (point, component), known likewise, of whole lanes of components.
RMTHEAT_TARGET_CLONES
void combine(const double* weights, const double* known, std::size_t components,
             double* __restrict values) {
  for (std::size_t k = 0; k < Rule::size; ++k, weights += Rule::size, values += components) {
    double sum = 0.0;
    for (std::size_t j = 0; j < Rule::size; ++j) {
      sum += weights[j];
    }
    const double norm = 1.0 / sum;
    for (std::size_t m = 0; m < components; m += lanes) {
      Lanes of_lanes{};
      for (std::size_t j = 0; j < Rule::size; ++j) {
        of_lanes += weights[j] * *reinterpret_cast<const Lanes*>(known + j * components + m);
      }
      *reinterpret_cast<Lanes*>(values + m) = norm * of_lanes;
    }
  }
}

std::vector<std::span<const double>> measures_of(const TotalEnergy& total) {
  std::vector<std::span<const double>> measures;
  const auto add = [&measures](const EnergyMeasure& measure) {
    measures.emplace_back(measure.probability);
    measures.insert(measures.end(), measure.energy.begin(), measure.energy.end());
  };
  add(total.infinite);
  std::ranges::for_each(total.initial, add);
  std::ranges::for_each(total.response, add);
  return measures;
}

}  // namespace

LineAverages::LineAverages(const TotalEnergy& total, double order_2, double eta, double radius,
                           double reach)
    : order_2_(order_2),
      eta_(eta),
      radius_(radius),
      middle_(0.5 * (total.node.front() + total.node.back())),
      resolvents_(total, measures_of(total)) {
  constexpr std::size_t uniform = 16;
  const auto points = graded_points(radius, reach, uniform);
  const auto note_start = [this](const EnergyMeasure& measure) {
    start_.insert(start_.end(), 1 + measure.energy.size(), start_.size());
  };
  note_start(total.infinite);
  std::ranges::for_each(total.initial, note_start);
  std::ranges::for_each(total.response, note_start);
  largest_.resize(start_.size());
  guess_ = Complex(middle_, eta);
  std::vector<Complex> values;
  evaluate(-radius, radius, values);
  guess_ = Complex(points.front() + middle_, eta);
  for (std::size_t k = 0; k + 1 < points.size(); ++k) {
    add(points[k], points[k + 1]);
  }
  points_.push_back(points.back());
}

void LineAverages::between(double low, double high, std::size_t piece,
                           std::vector<Complex>& values) const {
  const auto& rule = Rule::instance();
  const double middle = 0.5 * (points_[piece] + points_[piece + 1]);
  const double half = 0.5 * (points_[piece + 1] - points_[piece]);
  std::array<double, Rule::size * Rule::size> weights{};
  for (std::size_t k = 0; k < Rule::size; ++k) {
    const double x = 0.5 * (low + high) + 0.5 * (high - low) * rule.point[k];
    rule.interpolate((x - middle) / half, weights.data() + k * Rule::size);
  }
  values.resize(stride() * Rule::size);
  // Pairs of real numbers, as the standard lays complex ones out.
  combine(weights.data(),
          reinterpret_cast<const double*>(values_.data() + piece * stride() * Rule::size),
          2 * stride(), reinterpret_cast<double*>(values.data()));
}

/// By which an average's accuracy is measured: that of its measure, as some averages vanish by
/// symmetry.
double LineAverages::scale(std::size_t average) const {
  const double* of_measure = largest_.data() + start_[average];
  const double energy = std::max(of_measure[1], of_measure[2]);
  switch (average - start_[average]) {
    case 0:
      return std::max(of_measure[0], energy / radius_);
    case 1:
    case 2:
      return energy;
    default:
      return std::max({of_measure[3], of_measure[4], of_measure[5]});
  }
}

/// Overwrites `values` by those of (point, average) between two ends.
void LineAverages::evaluate(double low, double high, std::vector<Complex>& values) {
  const auto& rule = Rule::instance();
  values.clear();
  for (std::size_t k = 0; k < Rule::size; ++k) {
    const double x = 0.5 * (low + high) + 0.5 * (high - low) * rule.point[k];
    guess_ = solve_dyson([this](Complex zeta) { return resolvents_.first(zeta); },
                         Complex(x + middle_, eta_), order_2_, guess_);
    const auto averages = resolvents_.all(guess_);
    values.insert(values.end(), averages.begin(), averages.end());
    values.resize((k + 1) * stride());
    for (std::size_t m = 0; m < count(); ++m) {
      largest_[m] = std::max(largest_[m], std::abs(averages[m]));
    }
  }
}

bool LineAverages::is_resolved(const std::vector<Complex>& values) const {
  const auto& rule = Rule::instance();
  for (std::size_t m = 0; m < count(); ++m) {
    Rule::Values real{};
    Rule::Values imaginary{};
    for (std::size_t k = 0; k < Rule::size; ++k) {
      const Complex value = values[k * stride() + m];
      real[k] = value.real();
      imaginary[k] = value.imag();
    }
    const auto a = rule.coefficients(real);
    const auto b = rule.coefficients(imaginary);
    const double tail = std::max({std::abs(a[Rule::size - 1]), std::abs(a[Rule::size - 2]),
                                  std::abs(b[Rule::size - 1]), std::abs(b[Rule::size - 2])});
    if (tail > (accuracy + rounding * radius_ / eta_) * scale(m)) {
      return false;
    }
  }
  return true;
}

void LineAverages::add(double low, double high) {
  std::vector<Complex> values;
  evaluate(low, high, values);
  if (is_resolved(values) || high - low <= 0.5 * eta_ || high <= -radius_ || low >= radius_) {
    points_.push_back(low);
    values_.insert(values_.end(), values.begin(), values.end());
    return;
  }
  const double middle = 0.5 * (low + high);
  guess_ = Complex(low + middle_, eta_);
  add(low, middle);
  add(middle, high);
}

}  // namespace rmtheat::theory
