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

double System::variance() const {
  if (size == 1) {
    return 0.0;
  }
  if (placement == LevelPlacement::quantile) {
    return WeightedLevels(
               place_levels(*density, size, placement, PhiloxStream(0, 0, Stream::levels_1)))
        .variance();
  }
  return reference_spectrum()->variance();
}

double Experiment::work_share() const {
  if (fixed_work_share) {
    return *fixed_work_share;
  }
  const double variance_1 = systems[0].variance();
  const double variance_2 = systems[1].variance();
  const double total = variance_1 + variance_2;
  return total > 0.0 ? variance_1 / total : 0.5;
}

std::array<std::vector<double>, 2> draw_levels(const Experiment& experiment,
                                               std::uint64_t realization) {
  const auto levels_of = [&](const System& system, Stream stream) {
    return system.placement == LevelPlacement::file
               ? system.file_levels
               : place_levels(*system.density, system.size, system.placement,
                              PhiloxStream(experiment.seed, realization, stream));
  };
  return {levels_of(experiment.systems[0], Stream::levels_1),
          levels_of(experiment.systems[1], Stream::levels_2)};
}

std::unique_ptr<const Coupling> draw_coupling(const Experiment& experiment,
                                              std::uint64_t realization) {
  return experiment.coupling->draw(draw_levels(experiment, realization), experiment.seed,
                                   realization);
}

}  // namespace rmtheat::model
