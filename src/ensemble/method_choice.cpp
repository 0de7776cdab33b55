#include "rmtheat/ensemble/method_choice.hpp"

#include <fmt/format.h>

#include "rmtheat/dynamics/memory.hpp"
#include "rmtheat/dynamics/method_choice.hpp"
#include "rmtheat/support/progress.hpp"

namespace rmtheat::ensemble {
namespace {

using dynamics::Method;
using dynamics::NoiseReduction;

/// Empty where the user has made the choice.
struct Reasons {
  std::string method;
  std::string noise_reduction;
};

std::string in_words(const MethodChoice& choice, const Reasons& reasons) {
  const auto chosen = [](const std::string& what, const std::string& reason) {
    return reason.empty() ? what : fmt::format("{} (auto: {})", what, reason);
  };
  if (choice.method == Method::diagonalization) {
    return chosen("diagonalization", reasons.method);
  }
  return chosen("lanczos", reasons.method) + ", " +
         chosen(choice.noise_reduction == NoiseReduction::pairs ? "antithetic pairs"
                                                                : "no noise reduction",
                reasons.noise_reduction);
}

}  // namespace

MethodChoice choose_method(const model::Experiment& experiment,
                           const dynamics::SolverOptions& options, const Machine& machine) {
  MethodChoice choice{options.method, options.noise_reduction, {}};
  Reasons reasons;
  const auto noise_reduction = options.noise_reduction == NoiseReduction::automatic
                                   ? dynamics::efficient_noise_reduction(experiment)
                                   : options.noise_reduction;
  if (options.method == Method::automatic) {
    auto diagonalizing = options;
    diagonalizing.method = Method::diagonalization;
    const double needed = dynamics::realization_memory(experiment, diagonalizing, machine.ranks);
    const double ratio = dynamics::lanczos_error_ratio(experiment, noise_reduction);
    const bool fits = needed <= usable_fraction * machine.memory_per_rank;
    choice.method = fits && ratio >= 1.0 ? Method::diagonalization : Method::lanczos;
    reasons.method =
        fits ? fmt::format(
                   "standard error after the same time by lanczos / by diagonalization "
                   "= {:.2g}, estimated",
                   ratio)
             : fmt::format("diagonalization would need {} per rank of {} available",
                           readable_bytes(needed), readable_bytes(machine.memory_per_rank));
  }
  if (choice.method == Method::lanczos && options.noise_reduction == NoiseReduction::automatic) {
    choice.noise_reduction = noise_reduction;
    reasons.noise_reduction =
        fmt::format("relaxation rate x last time = {:.2g}, pairs pay off below {:.2g}",
                    dynamics::relaxation_by_the_end(experiment), dynamics::pairs_pay_off_below);
  }
  choice.description = in_words(choice, reasons);
  return choice;
}

}  // namespace rmtheat::ensemble
