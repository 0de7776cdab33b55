#include "rmtheat/dynamics/method_choice.hpp"

#include <cmath>
#include <numbers>

#include "rmtheat/dynamics/memory.hpp"

namespace rmtheat::dynamics {

double relaxation_by_the_end(const model::Experiment& experiment) {
  double variance = 0.0;
  for (const auto& system : experiment.systems) {
    variance += system.reference_spectrum()->variance();
  }
  const double density = 1.0 / std::sqrt(2.0 * std::numbers::pi * variance);
  const double rate = 2.0 * std::numbers::pi * experiment.strength * experiment.strength * density;
  return rate * experiment.times.back();
}

NoiseReduction efficient_noise_reduction(const model::Experiment& experiment) {
  return relaxation_by_the_end(experiment) < pairs_pay_off_below ? NoiseReduction::pairs
                                                                 : NoiseReduction::none;
}

double lanczos_error_ratio(const model::Experiment& experiment, NoiseReduction noise_reduction) {
  const double vectors = expected_lanczos_vectors(experiment);
  const double equal_dimension = noise_reduction == NoiseReduction::pairs
                                     ? vectors * vectors
                                     : vectors * vectors / (2.0 * experiment.strength);
  return std::sqrt(equal_dimension / static_cast<double>(experiment.dimension()));
}

}  // namespace rmtheat::dynamics
