#include "rmtheat/planning/final_phase.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rmtheat/dynamics/trajectory.hpp"
#include "rmtheat/model/observable/distribution.hpp"
#include "rmtheat/model/observable/table.hpp"
#include "rmtheat/planning/layout.hpp"
#include "rmtheat/planning/memory.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/progress.hpp"
#include "rmtheat/theory/formulas.hpp"

namespace rmtheat::planning {

double FinalPhase::peak() const {
  constexpr double copies = 3.0;
  return process_memory + copies * (samples + covariances);
}

FinalPhase final_phase(const model::Experiment& experiment,
                       const dynamics::SolverOptions& options) {
  double values = 0.0;
  double curves = 0.0;
  for (const auto& field : model::simulated_fields(experiment)) {
    values += static_cast<double>(field.width());
    curves += field.is_curve() ? 1.0 : 0.0;
  }
  const auto times = static_cast<double>(experiment.times.size());
  const auto pairs = static_cast<double>(experiment.states.size());
  double probabilities = 0.0;
  for (const auto& field : model::distribution_fields(experiment)) {
    probabilities += static_cast<double>(field.width() * experiment.distribution_times.size());
  }
  const double kept = leaves_raw(options) ? 2.0 : 1.0;
  const double own =
      sizeof(std::optional<dynamics::Trajectory>) +
      static_cast<double>(experiment.systems[0].size + experiment.systems[1].size) * sizeof(double);
  const auto from_levels =
      std::ranges::count(theory::formulas(), false, &theory::Formula::needs_continuum);
  const double matrices =
      1.0 + (experiment.has_random_levels() ? static_cast<double>(from_levels) : 0.0);
  return {static_cast<double>(experiment.realizations) *
              (own + (kept * values * times + probabilities) * pairs * sizeof(double)),
          matrices * curves * pairs * times * times * sizeof(double)};
}

void require_final_fit(const FinalPhase& phase, const model::Experiment& experiment,
                       double available, std::string_view of_each) {
  if (phase.peak() <= usable_fraction * available) {
    return;
  }
  const auto needs = [&](double bytes) {
    return fmt::format(
        "need an estimated {}, and the end of the job {} on the first rank's "
        "machine, which has {}",
        readable_bytes(bytes), readable_bytes(phase.peak()), readable_bytes(available));
  };
  if (phase.covariances > phase.samples) {
    throw InputError(fmt::format(
        "time.steps = {}: the covariances between {} times {}: use fewer time steps, or fewer "
        "temperature pairs ({}).",
        experiment.times.size() - 1, experiment.times.size(), needs(phase.covariances),
        experiment.states.size()));
  }
  throw InputError(fmt::format(
      "ensemble.realizations = {}: the {} {}: use fewer realizations, or fewer time steps ({}).",
      experiment.realizations, of_each, needs(phase.samples), experiment.times.size() - 1));
}

}  // namespace rmtheat::planning
