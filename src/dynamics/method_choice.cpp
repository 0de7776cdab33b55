#include "rmtheat/dynamics/method_choice.hpp"

#include "rmtheat/dynamics/memory.hpp"

namespace rmtheat::dynamics {

Method efficient_method(const model::Experiment& experiment) {
  const double vectors = expected_lanczos_vectors(experiment);
  const auto dimension = static_cast<double>(experiment.dimension());
  return 2.0 * experiment.strength * dimension <= vectors * vectors ? Method::diagonalization
                                                                    : Method::lanczos;
}

}  // namespace rmtheat::dynamics
