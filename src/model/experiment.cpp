#include "rmtheat/model/experiment.hpp"

#include <algorithm>
#include <cmath>

namespace rmtheat::model {

std::shared_ptr<const Spectrum> System::reference_spectrum() const {
  if (density) {
    return density;
  }
  return std::make_shared<WeightedLevels>(file_levels);
}

double Experiment::work_share() const {
  if (fixed_work_share) {
    return *fixed_work_share;
  }
  const double variance_1 = systems[0].reference_spectrum()->variance();
  const double variance_2 = systems[1].reference_spectrum()->variance();
  const double total = variance_1 + variance_2;
  return total > 0.0 ? variance_1 / total : 0.5;
}

Disorder draw_disorder(const Experiment& experiment, std::uint64_t realization) {
  const auto levels_of = [&](const System& system, Stream stream) {
    return system.placement == LevelPlacement::file
               ? system.file_levels
               : place_levels(*system.density, system.size, system.placement,
                              PhiloxStream(experiment.seed, realization, stream));
  };
  return {
      {levels_of(experiment.systems[0], Stream::levels_1),
       levels_of(experiment.systems[1], Stream::levels_2)},
      CouplingMatrix(experiment.ensemble, experiment.dimension(), experiment.seed, realization)};
}

std::vector<double> thermal_weights(const std::vector<double>& levels, double beta) {
  const auto [low, high] = std::minmax_element(levels.begin(), levels.end());
  const double reference = beta >= 0.0 ? *low : *high;
  std::vector<double> weights(levels.size());
  double partition = 0.0;
  for (std::size_t k = 0; k < levels.size(); ++k) {
    weights[k] = std::exp(-beta * (levels[k] - reference));
    partition += weights[k];
  }
  for (double& weight : weights) {
    weight /= partition;
  }
  return weights;
}

}  // namespace rmtheat::model
