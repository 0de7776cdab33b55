#pragma once

#include <cmath>
#include <string>

#include <fmt/format.h>

#include "rmtheat/io/config.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/streams.hpp"

namespace rmtheat::app {

/// The part of a job's results that its options determine: no samples and no predictions yet.
inline io::Results results_of_job(const io::Config& config, const io::Provenance& provenance) {
  const auto& experiment = config.experiment;
  io::Results results;
  results.config = config.resolved_text;
  results.provenance = provenance;
  results.times = experiment.times;
  if (!experiment.distribution_times.empty()) {
    results.distribution_times = experiment.distribution_times;
    results.bins = {model::energy_bins(experiment, 0), model::energy_bins(experiment, 1)};
  }
  for (const auto& state : experiment.states) {
    results.betas.push_back(state->betas().value_or(model::Betas{NAN, NAN}));
  }
  results.systems = {io::describe(experiment.systems[0]), io::describe(experiment.systems[1])};
  results.job = io::describe(experiment);
  results.work_share = experiment.work_share();
  results.first_realization = experiment.first_realization;
  return results;
}

/// A results file, with a word where other programs have changed it.
inline io::Results read_results(const std::string& file, bool trusted) {
  auto results = io::read_results(file, trusted);
  if (!results.edits.empty()) {
    to_stderr("{}: {}\n", file, results.edits);
  }
  return results;
}

/// Heat currents of different work shares are no ensemble: an earlier version derived s = auto from
/// the density at every N. Throws InputError.
inline void require_work_share(const io::Config& config, const io::Results& earlier,
                               const std::string& file) {
  const double share = config.experiment.work_share();
  if (std::abs(earlier.work_share - share) > 1e-9) {
    throw InputError(fmt::format(
        "{} was simulated by an earlier version with the work share s = {}, now s = {}: simulate "
        "it anew.",
        file, earlier.work_share, share));
  }
}

/// Of realizations, one word.
inline std::string method_name(const dynamics::SolverOptions& solver) {
  return solver.method == dynamics::Method::lanczos ? "lanczos" : "diagonalization";
}

/// The coupling's name for people, "GUE".
inline std::string coupling_name(const io::Results& results) {
  return std::string(io::parse_config(results.config).experiment.coupling->name());
}

}  // namespace rmtheat::app
