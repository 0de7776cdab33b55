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
#include "rmtheat/io/sweep_file.hpp"
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
  const auto levels = levels_of(experiment);
  const auto planned = ensemble::plan_predictions(experiment, levels.size());
  predictions = ensemble::predict_all(planned, experiment, levels, {});
  left_out = ensemble::left_out(planned);
  if (!left_out.empty()) {
    to_stderr("no prediction of {}\n", left_out);
  }
}

void predict_sweep(const Given& given, const SweepRequest& request) {
  if (request.option.starts_with("time.") || request.option.starts_with("output.")) {
    throw InputError(fmt::format(
        "--sweep = {}: the value must be another option; all predictions of a sweep share their "
        "times and their file, time.* and output.* cannot vary.",
        request.option));
  }
  // With the first value among the arguments, what cannot be swept is refused as they are.
  auto with_first = given.job;
  with_first.push_back(fmt::format("--{}={}", request.option, request.values.front()));
  auto settings = io::load_settings(given.config, with_first);
  io::Sweep sweep;
  sweep.option = request.option;
  sweep.values = request.values;
  sweep.provenance = io::current_provenance(1, "");
  std::filesystem::path file;
  std::optional<io::FileLock> lock;
  for (const double value : request.values) {
    io::set_option(settings, request.option, fmt::format("{}", value));
    const auto config = io::make_config(settings);
    if (sweep.betas.empty()) {
      file = config.output.file;
      lock.emplace(file);
      io::require_writable(file);
      if (std::filesystem::exists(file)) {
        throw InputError(fmt::format("output.file = {} exists: name another file for the sweep.",
                                     file.string()));
      }
      sweep.config = config.resolved_text;
      sweep.times = config.experiment.times;
    }
    sweep.betas.push_back(results_of_job(config, sweep.provenance).betas);
    ensemble::Predictions predictions;
    std::string left_out;
    predict(config.experiment, predictions, left_out);
    for (auto& [family, named] : predictions) {
      for (auto& [order, prediction] : named) {
        sweep.predictions[family][order].push_back(std::move(prediction));
      }
    }
  }
  for (auto& [family, orders] : sweep.predictions) {
    std::erase_if(orders, [&](const auto& order) {  // that some values have not
      return order.second.size() != sweep.values.size();
    });
  }
  io::write_sweep(file, sweep, &*lock);
  to_stderr("{}: predictions for {} values of {} written\n", file.string(), sweep.values.size(),
            sweep.option);
}

}  // namespace

ExitStatus predict(const Arguments& arguments) {
  const auto given = read_verb("predict", arguments);
  if (given.sweep) {
    predict_sweep(given, *given.sweep);
    return ExitStatus::success;
  }
  const auto config = io::load_config(given.config, given.job);
  const io::FileLock lock(config.output.file);
  io::require_writable(config.output.file);
  if (std::filesystem::exists(config.output.file) &&
      read_results(config.output.file.string(), given.trust).statistics.realizations > 0) {
    throw InputError(
        fmt::format("output.file = {} holds a simulated ensemble, which predict would overwrite: "
                    "name another file.",
                    config.output.file.string()));
  }
  for (const auto& note : config.notes) {
    to_stderr("{}\n", note);
  }
  auto results = results_of_job(config, io::current_provenance(1, ""));
  predict(config.experiment, results.predictions, results.left_out);
  results.complete = true;
  io::write_results(config.output.file, results, false, &lock);
  to_stderr("{}: predictions written\n", config.output.file.string());
  return ExitStatus::success;
}

}  // namespace rmtheat::app
