#pragma once

#include <algorithm>
#include <cctype>
#include <string>

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
  results.temperatures = experiment.temperatures;
  results.systems = {io::describe(experiment.systems[0]), io::describe(experiment.systems[1])};
  results.job = io::describe(experiment);
  results.work_share = experiment.work_share();
  results.first_realization = experiment.first_realization;
  return results;
}

/// The name of an ensemble whose word is `word`: "GUE" of "gue".
inline std::string upper_case(std::string word) {
  std::ranges::transform(word, word.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return word;
}

}  // namespace rmtheat::app
