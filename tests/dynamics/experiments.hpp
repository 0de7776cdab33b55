#pragma once

#include <cstddef>
#include <vector>

#include "rmtheat/model/experiment.hpp"

namespace rmtheat::test {

/// Two unlike systems with random levels, several temperatures and unequal steps of time.
inline model::Experiment small_experiment(std::size_t n1, std::size_t n2,
                                          const model::LawPointer& law) {
  using model::LevelPlacement;
  model::Experiment experiment;
  experiment.systems[0] = {model::gaussian_density(1.0, 0.2), n1, LevelPlacement::iid, {}};
  experiment.systems[1] = {model::gamma_density(2.0, 0.5), n2, LevelPlacement::gue, {}};
  experiment.states = model::thermal_states({{1.0, 0.3}, {-0.4, 0.0}, {0.7, 0.7}});
  experiment.coupling = law;
  experiment.strength = 0.35;
  experiment.times = {0.0, 0.4, 1.1, 3.0, 9.5};
  experiment.seed = 4711;
  experiment.realizations = 10;
  return experiment;
}

/// `count` times from 0 on, `step` apart.
inline std::vector<double> equal_steps(std::size_t count, double step) {
  std::vector<double> times(count);
  for (std::size_t t = 0; t < count; ++t) {
    times[t] = step * static_cast<double>(t);
  }
  return times;
}

/// The slope of a curve at point t of equal steps, by differences of fourth order.
template <class Curve>
double slope(const Curve& curve, std::size_t t, double step) {
  return (curve[t - 2] - 8.0 * curve[t - 1] + 8.0 * curve[t + 1] - curve[t + 2]) / (12.0 * step);
}

}  // namespace rmtheat::test
