#include "rmtheat/dynamics/engine.hpp"

#include <stdexcept>

#include "engines.hpp"

namespace rmtheat::dynamics {

std::unique_ptr<Engine> make_engine(const model::Experiment& experiment,
                                    const parallel::Communicator& group,
                                    const SolverOptions& options) {
  switch (options.method) {
    case Method::lanczos:
      if (options.noise_reduction == NoiseReduction::automatic) {
        throw std::invalid_argument("make_engine: the noise reduction must have been chosen");
      }
      return make_lanczos_engine(experiment, group, options);
    case Method::diagonalization:
      break;
    case Method::automatic:
      throw std::invalid_argument("make_engine: the method must have been chosen");
  }
  return make_diagonalization_engine(experiment, group, options);
}

}  // namespace rmtheat::dynamics
