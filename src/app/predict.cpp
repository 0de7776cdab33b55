#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "results_of_job.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/io/file_lock.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/io/scan.hpp"
#include "rmtheat/io/scan_folder.hpp"
#include "rmtheat/planning/final_phase.hpp"
#include "rmtheat/support/available_memory.hpp"
#include "rmtheat/support/streams.hpp"
#include "verb_options.hpp"

namespace rmtheat::app {
namespace {

/// The realizations' levels that predictions depend on.
ensemble::Levels levels_of(const model::Experiment& experiment) {
  ensemble::Levels levels(experiment.has_random_levels() ? experiment.realizations : 1);
  for (std::size_t k = 0; k < levels.size(); ++k) {
    levels[k] = model::draw_levels(experiment, experiment.first_realization + k);
  }
  return levels;
}

/// With a line on the screen for each that does not exist.
void predict(const model::Experiment& experiment, ensemble::Predictions& predictions,
             std::string& left_out) {
  if (experiment.has_random_levels()) {
    planning::require_final_fit(planning::final_phase(experiment, {}), experiment,
                                available_memory(), "predictions of all levels");
  }
  const auto levels = levels_of(experiment);
  const auto planned = ensemble::plan_predictions(experiment, levels.size());
  predictions = ensemble::predict_all(planned, experiment, levels, {});
  left_out = ensemble::left_out(planned);
  if (!left_out.empty()) {
    to_stderr("no prediction of {}\n", left_out);
  }
}

void require_no_simulation(const std::filesystem::path& file, bool trust) {
  if (std::filesystem::exists(file) &&
      read_results(file.string(), trust).statistics.realizations > 0) {
    throw InputError(
        fmt::format("output.file = {} holds a simulated ensemble, which predict would overwrite: "
                    "name another file.",
                    file.string()));
  }
}

/// One results file of predictions.
void write_predictions(const io::Config& config, bool trust) {
  const auto& file = config.output.file;
  const io::FileLock lock(file);
  io::require_writable(file);
  require_no_simulation(file, trust);
  for (const auto& note : config.notes) {
    to_stderr("{}\n", note);
  }
  auto results = results_of_job(config, io::current_provenance(1, ""));
  predict(config.experiment, results.predictions, results.left_out);
  results.complete = true;
  io::write_results(file, results, false, &lock);
  to_stderr("{}: predictions written\n", file.string());
}

}  // namespace

ExitStatus predict(const Arguments& arguments) {
  auto given = read_verb("predict", arguments);
  if (given.sweep) {
    given.job.push_back("--scan." + *given.sweep);
  }
  const auto jobs = io::load_jobs(given.config, given.job);
  if (jobs.folder) {
    for (const auto& settings : jobs.settings) {
      require_no_simulation(settings.output.file, given.trust);
    }
    io::make_folder(jobs);
  }
  for (const auto& settings : jobs.settings) {
    write_predictions(io::make_config(settings), given.trust);
  }
  return ExitStatus::success;
}

}  // namespace rmtheat::app
