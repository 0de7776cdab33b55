#pragma once

#include <cmath>

#include "rmtheat/io/config.hpp"
#include "rmtheat/io/results_file.hpp"

namespace rmtheat::app {

/// The part of a job's results that its options determine: no samples and no predictions yet.
inline io::Results results_of_job(const io::Config& config, const io::Provenance& provenance) {
  const auto& experiment = config.experiment;
  io::Results results;
  results.config = config.resolved_text;
  results.provenance = provenance;
  results.times = experiment.times;
  for (const auto& state : experiment.states) {
    results.betas.push_back(state->betas().value_or(model::Betas{NAN, NAN}));
  }
  results.systems = {io::describe(experiment.systems[0]), io::describe(experiment.systems[1])};
  results.work_share = experiment.work_share();
  results.first_realization = experiment.first_realization;
  return results;
}

}  // namespace rmtheat::app
