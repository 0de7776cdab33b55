#include "rmtheat/planning/method_choice.hpp"

#include <cmath>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "rmtheat/planning/control_coefficients.hpp"
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
  const bool diagonalizing = choice.method == dynamics::Method::diagonalization;
  std::vector<std::string> reductions;
  if (has_pairs(choice.noise_reduction)) {
    reductions.emplace_back(diagonalizing || with_stored_coupling ? "pairs of V and -V"
                                                                  : "antithetic pairs");
  }
  if (has_control(choice.noise_reduction)) {
    reductions.emplace_back("control variate");
  }
  return chosen(diagonalizing ? "diagonalization" : "lanczos", reasons.method) + ", " +
         chosen(reductions.empty() ? "no noise reduction"
                                   : fmt::format("{}", fmt::join(reductions, ", ")),
                reasons.noise_reduction);
}

/// Error of the late heat current after the same time, in some unit of time: on the machine that
/// the model of costs was fitted on.
double error_at_equal_time(const model::Experiment& experiment,
                           const dynamics::SolverOptions& options,
                           std::span<const dynamics::ControlCoefficients> control) {
  auto one = options;
  one.ranks_per_group.reset();
  one.grid_rows.reset();
  const double seconds = realization_cost(experiment, one, 1, reference_zgemm_rate).total();
  return ExpectedError(experiment, one, control).after(1) * std::sqrt(seconds);
}

dynamics::SolverOptions without_reduction(dynamics::SolverOptions options) {
  options.noise_reduction = dynamics::NoiseReduction::none;
  return options;
}

}  // namespace

double relaxation_by_the_end(const model::Experiment& experiment) {
  if (experiment.strength == 0.0) {
    return 0.0;  // also of levels without a width
  }
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

bool can_be_multiplied(const model::CouplingLaw& coupling, const dynamics::SolverOptions& options) {
  return options.coupling == dynamics::CouplingStorage::stored || coupling.is_invariant() ||
         coupling.has_product();
}

MethodChoice choose_method(const model::Experiment& experiment,
                           const dynamics::SolverOptions& options, const Machine& machine) {
  MethodChoice choice{options.method, options.noise_reduction, {}};
  Reasons reasons;
  const bool any_reduction = options.noise_reduction == dynamics::NoiseReduction::automatic;
  auto diagonalizing = options;
  diagonalizing.method = dynamics::Method::diagonalization;
  auto by_chains = options;
  by_chains.method = dynamics::Method::lanczos;
  // What the user has chosen is compared with nothing.
  const bool compared = options.method == Method::automatic ||
                        (any_reduction && options.method == Method::diagonalization);
  std::vector<dynamics::ControlCoefficients> control;
  if (compared && ExpectedError::reads_control(diagonalizing)) {
    control = control_coefficients(experiment);
  }
  if (any_reduction) {
    by_chains.noise_reduction = efficient_noise_reduction(experiment);
    if (options.method != dynamics::Method::lanczos) {
      diagonalizing.noise_reduction = efficient_control(experiment, control);
    }
  }
  if (options.method == dynamics::Method::automatic) {
    const double needed = realization_memory(experiment, diagonalizing, machine.ranks);
    const bool fits = needed <= usable_fraction * machine.memory_per_rank;
    const bool possible = can_be_multiplied(*experiment.coupling, options);
    const double ratio = fits && possible
                             ? error_at_equal_time(experiment, by_chains, control) /
                                   error_at_equal_time(experiment, diagonalizing, control)
                             : 0.0;
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
  if (any_reduction && choice.method == dynamics::Method::lanczos) {
    choice.noise_reduction = by_chains.noise_reduction;
    reasons.noise_reduction =
        !experiment.coupling->is_symmetric()
            ? "V and -V are not equally likely"
            : fmt::format("relaxation rate x last time = {:.2g}, pairs pay off below {:.2g}",
                          relaxation_by_the_end(experiment), pairs_pay_off_below);
  } else if (any_reduction) {
    choice.noise_reduction = diagonalizing.noise_reduction;
    const double without =
        ExpectedError(experiment, without_reduction(diagonalizing), control).after(1);
    reasons.noise_reduction =
        fmt::format("standard error of the late heat current times {:.2g}, expected",
                    without > 0.0 && std::isfinite(without)
                        ? ExpectedError(experiment, diagonalizing, control).after(1) / without
                        : 1.0);
  }
  const bool with_stored_coupling =
      options.coupling == dynamics::CouplingStorage::stored || experiment.coupling->has_product();
  choice.description = in_words(choice, reasons, with_stored_coupling);
  return choice;
}

}  // namespace rmtheat::planning
