#include "rmtheat/planning/method_choice.hpp"

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "rmtheat/planning/cost.hpp"
#include "rmtheat/planning/expected_error.hpp"
#include "rmtheat/planning/memory.hpp"
#include "rmtheat/support/progress.hpp"

namespace rmtheat::planning {
namespace {

using dynamics::Method;

/// Of the machine that the model of costs was fitted on: the choice must not depend on a timing.
constexpr double reference_zgemm_rate = 80e9;

/// Empty where the user has made the choice.
struct Reasons {
  std::string method;
  std::string noise_reduction;
};

std::string in_words(const MethodChoice& choice, const Reasons& reasons,
                     bool with_stored_coupling) {
  const auto chosen = [](const std::string& what, const std::string& reason) {
    return reason.empty() ? what : fmt::format("{} (auto: {})", what, reason);
  };
  if (choice.method == dynamics::Method::diagonalization) {
    return chosen("diagonalization", reasons.method);
  }
  return chosen("lanczos", reasons.method) + ", " +
         chosen(choice.noise_reduction != dynamics::NoiseReduction::pairs ? "no noise reduction"
                : with_stored_coupling                                    ? "pairs of V and -V"
                                                                          : "antithetic pairs",
                reasons.noise_reduction);
}

}  // namespace

double relaxation_by_the_end(const model::Experiment& experiment) {
  double variance = 0.0;
  for (const auto& system : experiment.systems) {
    variance += system.reference_spectrum()->variance();
  }
  const double density = 1.0 / std::sqrt(2.0 * std::numbers::pi * variance);
  const double strength = experiment.strength * experiment.coupling->strength_factor();
  const double rate = 2.0 * std::numbers::pi * strength * strength * density;
  return rate * experiment.times.back();
}

dynamics::NoiseReduction efficient_noise_reduction(const model::Experiment& experiment) {
  return experiment.coupling->is_symmetric() &&
                 relaxation_by_the_end(experiment) < pairs_pay_off_below
             ? dynamics::NoiseReduction::pairs
             : dynamics::NoiseReduction::none;
}

double lanczos_error_ratio(const model::Experiment& experiment,
                           const dynamics::SolverOptions& options) {
  const auto error_at_equal_time = [&](Method method) {
    auto one = options;
    one.method = method;
    one.ranks_per_group.reset();
    one.grid_rows.reset();
    const double seconds = realization_cost(experiment, one, 1, reference_zgemm_rate).total();
    return expected_relative_error(experiment, one, 1) * std::sqrt(seconds);
  };
  return error_at_equal_time(Method::lanczos) / error_at_equal_time(Method::diagonalization);
}

bool can_be_multiplied(const model::CouplingLaw& coupling, const dynamics::SolverOptions& options) {
  return options.coupling == dynamics::CouplingStorage::stored || coupling.is_invariant() ||
         coupling.has_product();
}

MethodChoice choose_method(const model::Experiment& experiment,
                           const dynamics::SolverOptions& options, const Machine& machine) {
  MethodChoice choice{options.method, options.noise_reduction, {}};
  Reasons reasons;
  const auto noise_reduction = options.noise_reduction == dynamics::NoiseReduction::automatic
                                   ? efficient_noise_reduction(experiment)
                                   : options.noise_reduction;
  if (options.method == dynamics::Method::automatic) {
    auto diagonalizing = options;
    diagonalizing.method = dynamics::Method::diagonalization;
    const double needed = realization_memory(experiment, diagonalizing, machine.ranks);
    const bool fits = needed <= usable_fraction * machine.memory_per_rank;
    auto comparing = options;
    comparing.noise_reduction = noise_reduction;
    const bool possible = can_be_multiplied(*experiment.coupling, options);
    const double ratio = fits && possible ? lanczos_error_ratio(experiment, comparing) : 0.0;
    choice.method = !possible || (fits && !(ratio < 1.0)) ? dynamics::Method::diagonalization
                                                          : dynamics::Method::lanczos;
    reasons.method =
        !possible ? fmt::format("a coupling of the {} is not drawn as it is used",
                                experiment.coupling->name())
        : fits    ? fmt::format(
                        "standard error of the late heat current after the same time by lanczos / by "
                           "diagonalization = {:.2g}, expected",
                        ratio)
               : fmt::format("diagonalization would need {} per rank of {} available",
                             readable_bytes(needed), readable_bytes(machine.memory_per_rank));
  }
  if (choice.method == dynamics::Method::lanczos &&
      options.noise_reduction == dynamics::NoiseReduction::automatic) {
    choice.noise_reduction = noise_reduction;
    reasons.noise_reduction =
        !experiment.coupling->is_symmetric()
            ? "V and -V are not equally likely"
            : fmt::format("relaxation rate x last time = {:.2g}, pairs pay off below {:.2g}",
                          relaxation_by_the_end(experiment), pairs_pay_off_below);
  }
  const bool with_stored_coupling =
      options.coupling == dynamics::CouplingStorage::stored || experiment.coupling->has_product();
  choice.description = in_words(choice, reasons, with_stored_coupling);
  return choice;
}

}  // namespace rmtheat::planning
