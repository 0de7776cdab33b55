#include "rmtheat/ensemble/target_error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "rmtheat/ensemble/comparison.hpp"
#include "rmtheat/model/observable/standard.hpp"

namespace rmtheat::ensemble {
namespace {

constexpr std::size_t first_check = 16;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// Powers of two, and half as much again.
std::size_t next_check(std::size_t check) {
  return (check & (check - 1)) == 0 ? check / 2 * 3 : check / 3 * 4;
}

LateMean mean_and_error(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0.0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  return {mean, values.size() < 2 ? infinity : std::sqrt(squares / (count * (count - 1.0)))};
}

}  // namespace

double LateMean::relative_error() const { return mean == 0.0 ? infinity : error / std::abs(mean); }

std::vector<LateMean> late_heat_currents(
    std::span<const std::optional<dynamics::Trajectory>> samples) {
  const auto first = std::ranges::find_if(samples, &std::optional<dynamics::Trajectory>::has_value);
  if (first == samples.end()) {
    return {};
  }
  std::vector<LateMean> means;
  for (std::size_t pair = 0; pair < (*first)->curves.pairs(); ++pair) {
    std::vector<double> values;
    for (const auto& sample : samples) {
      if (sample) {
        const auto curve = sample->curves.curve(model::fields::heat_current, pair);
        const auto late = curve.subspan(late_begin(curve.size()));
        values.push_back(std::accumulate(late.begin(), late.end(), 0.0) /
                         static_cast<double>(late.size()));
      }
    }
    means.push_back(mean_and_error(values));
  }
  return means;
}

double heat_current_error(std::span<const std::optional<dynamics::Trajectory>> samples) {
  const auto means = late_heat_currents(samples);
  return means.empty()
             ? infinity
             : std::ranges::max_element(means, {}, &LateMean::relative_error)->relative_error();
}

std::size_t check_at_or_after(std::size_t count) {
  std::size_t check = first_check;
  while (check < count) {
    check = next_check(check);
  }
  return check;
}

TargetError::TargetError(double target, std::size_t least)
    : target_(target), check_(check_at_or_after(least)) {}

std::optional<std::size_t> TargetError::reached(const Samples& samples) {
  while (finished_ < samples.size() && samples[finished_]) {
    ++finished_;
  }
  for (; target_ > 0.0 && check_ <= finished_; check_ = next_check(check_)) {
    if (heat_current_error(std::span(samples).first(check_)) <= target_) {
      return check_;
    }
  }
  return std::nullopt;
}

}  // namespace rmtheat::ensemble
