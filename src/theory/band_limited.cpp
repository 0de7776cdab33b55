#include "band_limited.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <boost/math/quadrature/gauss.hpp>

namespace rmtheat::theory {
namespace {

/// Values on each side of a step. A wave of phase p per step is interpolated to (p / 2)^(2 side).
constexpr std::size_t side = 16;
constexpr double phase_per_step = 0.75;
constexpr double least_steps = 8.0;

using Weights = std::array<double, 2 * side>;

/// Weights of the values at -(side - 1) ... side for that at `place`, from 0 to 1.
Weights weights_at(double place) {
  Weights result{};
  double factor = 1.0;
  for (std::size_t l = 0; l < result.size(); ++l) {
    const double distance = place - static_cast<double>(l) + static_cast<double>(side - 1);
    if (distance == 0.0) {
      result = {};
      result[l] = 1.0;
      return result;
    }
    result[l] = factor / distance;
    factor *= -static_cast<double>(result.size() - 1 - l) / static_cast<double>(l + 1);
  }
  const double sum = std::reduce(result.begin(), result.end());
  for (double& weight : result) {
    weight /= sum;
  }
  return result;
}

/// Likewise for the integral from 0 to `end` <= 1.
Weights weights_to(double end) {
  Weights weights{};
  using Rule = boost::math::quadrature::gauss<double, 20>;
  const auto add = [&](double x, double weight) {
    const Weights values = weights_at(0.5 * end * (1.0 + x));
    for (std::size_t l = 0; l < values.size(); ++l) {
      weights[l] += 0.5 * end * weight * values[l];
    }
  };
  for (std::size_t k = 0; k < Rule::abscissa().size(); ++k) {
    add(Rule::abscissa()[k], Rule::weights()[k]);
    add(-Rule::abscissa()[k], Rule::weights()[k]);
  }
  return weights;
}

double sum_of(const Weights& weights, std::span<const double> values, std::size_t step) {
  return std::inner_product(weights.begin(), weights.end(), values.data() + step, 0.0);
}

}  // namespace

BandLimited::BandLimited(double bandwidth, double last)
    : step_(std::min(phase_per_step / bandwidth, last / least_steps)),
      steps_(static_cast<std::size_t>(std::ceil(last / step_))) {}

double BandLimited::first() const { return -step_ * static_cast<double>(side - 1); }

std::size_t BandLimited::count() const { return steps_ + 2 * side - 1; }

std::vector<double> BandLimited::times() const {
  std::vector<double> result;
  for (std::size_t m = 0; m < count(); ++m) {
    result.push_back(first() + step_ * static_cast<double>(m));
  }
  return result;
}

std::size_t BandLimited::step_of(double time) const {
  return std::min(static_cast<std::size_t>(time / step_), steps_ - 1);
}

std::vector<double> BandLimited::integrals(std::span<const double> values,
                                           std::span<const double> times) const {
  const Weights whole = weights_to(1.0);
  std::vector<double> result;
  double sum = 0.0;
  std::size_t step = 0;
  for (const double time : times) {
    for (; step < step_of(time); ++step) {
      sum += step_ * sum_of(whole, values, step);
    }
    const double rest = time / step_ - static_cast<double>(step);
    result.push_back(sum + step_ * sum_of(weights_to(rest), values, step));
  }
  return result;
}

std::vector<double> BandLimited::at(std::span<const double> values,
                                    std::span<const double> times) const {
  std::vector<double> result;
  for (const double time : times) {
    const std::size_t step = step_of(time);
    result.push_back(sum_of(weights_at(time / step_ - static_cast<double>(step)), values, step));
  }
  return result;
}

}  // namespace rmtheat::theory
