#include "rmtheat/planning/engine.hpp"

#include <stdexcept>

#include "rmtheat/planning/diagonalization_plan.hpp"

namespace rmtheat::planning {

std::unique_ptr<dynamics::Engine> make_engine(const model::Experiment& experiment,
                                              const parallel::Communicator& group,
                                              const dynamics::SolverOptions& options) {
  switch (options.method) {
    case dynamics::Method::lanczos:
      if (options.noise_reduction == dynamics::NoiseReduction::automatic) {
        throw std::invalid_argument("make_engine: the noise reduction must have been chosen");
      }
      return dynamics::make_lanczos_engine(experiment, group, options);
    case dynamics::Method::diagonalization:
      break;
    case dynamics::Method::automatic:
      throw std::invalid_argument("make_engine: the method must have been chosen");
  }
  return dynamics::make_diagonalization_engine(
      experiment, group, plan_diagonalization(experiment.dimension(), group.size(), options));
}

}  // namespace rmtheat::planning
