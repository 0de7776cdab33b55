#include "rmtheat/planning/engine.hpp"

#include <stdexcept>

#include "rmtheat/planning/control_coefficients.hpp"
#include "rmtheat/planning/diagonalization_plan.hpp"

namespace rmtheat::planning {

std::unique_ptr<dynamics::Engine> make_engine(const model::Experiment& experiment,
                                              const parallel::Communicator& group,
                                              const dynamics::SolverOptions& options) {
  if (options.noise_reduction == dynamics::NoiseReduction::automatic) {
    throw std::invalid_argument("make_engine: the noise reduction must have been chosen");
  }
  switch (options.method) {
    case dynamics::Method::lanczos:
      if (dynamics::has_control(options.noise_reduction)) {
        throw std::invalid_argument("make_engine: a Lanczos chain has no control variate");
      }
      return dynamics::make_lanczos_engine(experiment, group, options);
    case dynamics::Method::diagonalization:
      break;
    case dynamics::Method::automatic:
      throw std::invalid_argument("make_engine: the method must have been chosen");
  }
  auto plan = plan_diagonalization(experiment.dimension(), group.size(), options);
  plan.noise_reduction = options.noise_reduction;
  if (dynamics::has_control(plan.noise_reduction)) {
    plan.control = control_coefficients(experiment);
  }
  return dynamics::make_diagonalization_engine(experiment, group, plan);
}

}  // namespace rmtheat::planning
