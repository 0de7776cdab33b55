#pragma once

#include <cstddef>

#include "rmtheat/model/experiment.hpp"

namespace rmtheat::test {

/// Two alike Gaussian systems of `size` levels each, at 201 times up to 10.
inline model::Experiment alike_systems(std::size_t size,
                                       const model::LawPointer& law = model::gaussian_unitary()) {
  model::Experiment experiment;
  for (auto& system : experiment.systems) {
    system = {model::gaussian_density(1.0, 0.0), size, model::LevelPlacement::quantile, {}};
  }
  experiment.states = model::thermal_states({{1.0, 0.3}});
  experiment.strength = 0.3;
  experiment.coupling = law;
  for (int k = 0; k <= 200; ++k) {
    experiment.times.push_back(0.05 * k);
  }
  return experiment;
}

}  // namespace rmtheat::test
