#include "rmtheat/ensemble/method_choice.hpp"

#include "rmtheat/dynamics/memory.hpp"
#include "rmtheat/dynamics/method_choice.hpp"

namespace rmtheat::ensemble {

dynamics::Method choose_method(const model::Experiment& experiment,
                               const dynamics::SolverOptions& options, const Machine& machine) {
  using dynamics::Method;
  if (options.method != Method::automatic) {
    return options.method;
  }
  if (dynamics::efficient_method(experiment) == Method::lanczos) {
    return Method::lanczos;
  }
  auto diagonalizing = options;
  diagonalizing.method = Method::diagonalization;
  const double needed = dynamics::realization_memory(experiment, diagonalizing, machine.ranks);
  return needed <= usable_fraction * machine.memory_per_rank ? Method::diagonalization
                                                             : Method::lanczos;
}

}  // namespace rmtheat::ensemble
