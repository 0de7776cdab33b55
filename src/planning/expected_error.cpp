#include "rmtheat/planning/expected_error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "rmtheat/model/observable/evolution.hpp"
#include "rmtheat/planning/control_coefficients.hpp"
#include "rmtheat/theory/scatter.hpp"

namespace rmtheat::planning {
namespace {

/// Variance of a pair's late heat current over that by diagonalization and D. Measured for GUE, D =
/// 256, t = 10: 0.21 at lambda = 0.1, 0.40 at lambda = 0.3.
constexpr double pair_scatter = 0.3;

/// At most this many levels of each system, evenly chosen, stand for all.
constexpr std::size_t most_levels = 1000;

std::vector<double> thinned(const std::vector<double>& levels) {
  const std::size_t stride = (levels.size() + most_levels - 1) / most_levels;
  std::vector<double> some;
  for (std::size_t k = stride / 2; k < levels.size(); k += stride) {
    some.push_back(levels[k]);
  }
  return some;
}

/// Variance over the squared mean, of one realization.
double relative_variance(const theory::ScatteringStates& states,
                         const model::Experiment& experiment,
                         const dynamics::SolverOptions& options) {
  using Quantity = theory::ScatteringStates::Quantity;
  const auto late = std::span(experiment.times).subspan(experiment.times.size() / 2);
  const auto& law = *experiment.coupling;
  const double strength = experiment.strength * law.strength_factor();
  double variance =
      law.is_random() ? states.by_diagonalization(Quantity::current, late, strength, law) : 0.0;
  if (options.method == dynamics::Method::lanczos) {
    variance *= pair_scatter * static_cast<double>(experiment.dimension());
    if (options.noise_reduction != dynamics::NoiseReduction::pairs) {
      variance += states.of_a_chain(Quantity::current, late, strength, law);
    }
  }
  const double mean = states.mean(Quantity::current, late, strength);
  return mean == 0.0 ? std::numeric_limits<double>::infinity() : variance / (mean * mean);
}

}  // namespace

bool ExpectedError::reads_control(const dynamics::SolverOptions& options) {
  return options.method == dynamics::Method::diagonalization &&
         options.noise_reduction != dynamics::NoiseReduction::none;
}

ExpectedError::ExpectedError(const model::Experiment& experiment,
                             const dynamics::SolverOptions& options,
                             std::span<const dynamics::ControlCoefficients> control) {
  const bool reduced = reads_control(options);
  auto levels = model::draw_levels(experiment, experiment.first_realization);
  std::ranges::transform(levels, levels.begin(), thinned);
  for (std::size_t pair = 0; pair < experiment.states.size(); ++pair) {
    const auto& state = experiment.states[pair];
    const theory::ScatteringStates states(
        levels, {state->weights(0, levels[0]), state->weights(1, levels[1])},
        model::heat_shares(experiment.work_share()), static_cast<double>(experiment.dimension()));
    const double remaining =
        reduced ? remaining_variance(options.noise_reduction, control[pair], *experiment.coupling)
                : 1.0;
    relative_variance_ =
        std::max(relative_variance_, remaining * relative_variance(states, experiment, options));
  }
}

double ExpectedError::after(std::uint64_t realizations) const {
  return std::sqrt(relative_variance_ / static_cast<double>(realizations));
}

double ExpectedError::realizations_for(double target) const {
  return std::ceil(relative_variance_ / (target * target));
}

}  // namespace rmtheat::planning
