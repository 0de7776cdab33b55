#include <string>

#include "rmtheat/io/results_file.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::io {
namespace {

std::string placement_name(model::LevelPlacement placement) {
  switch (placement) {
    case model::LevelPlacement::quantile:
      return "quantile";
    case model::LevelPlacement::iid:
      return "iid";
    case model::LevelPlacement::gue:
      return "gue";
    case model::LevelPlacement::file:
      break;
  }
  return "file";
}

}  // namespace

SystemDescription describe(const model::System& system) {
  SystemDescription description;
  description.placement = placement_name(system.placement);
  description.random_levels = system.has_random_levels();
  description.density = "file";
  description.size = system.size;
  if (system.density) {
    description.density = system.density->name();
    for (const auto& [name, value] : system.density->parameters()) {
      description.parameters.emplace(name, value);
    }
  }
  return description;
}

JobDescription describe(const model::Experiment& experiment) {
  return {experiment.strength,
          std::string(experiment.coupling->word()),
          experiment.coupling->parameters(),
          experiment.seed,
          experiment.first_realization,
          experiment.realizations,
          experiment.times.back(),
          experiment.times.size() - 1};
}

}  // namespace rmtheat::io
