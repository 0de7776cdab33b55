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

namespace rmtheat::app {
namespace {

using Families = std::map<std::string, ensemble::NamedPredictions>;

Families predictions_of(const model::Experiment& experiment) {
  const bool random_levels =
      experiment.systems[0].has_random_levels() || experiment.systems[1].has_random_levels();
  ensemble::Levels levels(random_levels ? experiment.realizations : 1);
  for (std::size_t k = 0; k < levels.size(); ++k) {
    levels[k] = model::draw_levels(experiment, experiment.first_realization + k);
  }
  return {{"large_n", ensemble::large_n_predictions(experiment)},
          {"finite_n", ensemble::finite_n_predictions(experiment, levels, {}, nullptr)}};
}

/// `--sweep SECTION.KEY=FIRST:LAST:COUNT`
struct SweepRequest {
  std::string option;
  std::vector<double> values;
};

SweepRequest parse_sweep(const std::string& text) {
  const auto refuse = [&text] {
    return InputError(
        fmt::format("--sweep = {}: must be SECTION.KEY=FIRST:LAST:COUNT with numbers and a count "
                    "of at least 2, "
                    "for example coupling.strength=0.05:0.4:8.",
                    text));
  };
  const auto equals = text.find('=');
  const auto colon = text.find(':', equals);
  const auto second = text.find(':', colon + 1);
  if (equals == std::string::npos || colon == std::string::npos || second == std::string::npos) {
    throw refuse();
  }
  SweepRequest request;
  request.option = text.substr(0, equals);
  try {
    const double first = std::stod(text.substr(equals + 1, colon - equals - 1));
    const double last = std::stod(text.substr(colon + 1, second - colon - 1));
    const int count = std::stoi(text.substr(second + 1));
    if (count < 2) {
      throw refuse();
    }
    for (int k = 0; k < count; ++k) {
      request.values.push_back(first + (last - first) * k / (count - 1));
    }
  } catch (const std::logic_error&) {  // what std::stod throws for text that is no number
    throw refuse();
  }
  if (request.option.starts_with("time.") || request.option.starts_with("output.")) {
    throw InputError(
        fmt::format("--sweep = {}: all predictions of a sweep share their times and "
                    "their file; time.* and output.* cannot vary.",
                    text));
  }
  return request;
}

/// Takes `--sweep X` or `--sweep=X` out of the arguments.
std::optional<std::string> take_sweep(Arguments& arguments) {
  for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
    if (argument->starts_with("--sweep=")) {
      const std::string value = argument->substr(8);
      arguments.erase(argument);
      return value;
    }
    if (*argument == "--sweep") {
      if (argument + 1 == arguments.end()) {
        throw InputError("--sweep: give SECTION.KEY=FIRST:LAST:COUNT.");
      }
      const std::string value = *(argument + 1);
      arguments.erase(argument, argument + 2);
      return value;
    }
  }
  return std::nullopt;
}

void predict_sweep(const Arguments& arguments, const SweepRequest& request) {
  io::Sweep sweep;
  sweep.option = request.option;
  sweep.values = request.values;
  sweep.provenance = io::current_provenance(1, "");
  std::filesystem::path file;
  for (const double value : request.values) {
    Arguments with_value = arguments;
    with_value.push_back(fmt::format("--{}={}", request.option, value));
    const auto config = io::load_config(with_value);
    if (sweep.betas.empty()) {
      file = config.output.file;
      io::require_writable(file);
      if (std::filesystem::exists(file)) {
        throw InputError(fmt::format("output.file = {} exists: name another file for the sweep.",
                                     file.string()));
      }
      sweep.config = config.resolved_text;
      sweep.times = config.experiment.times;
    }
    sweep.betas.push_back(results_of_job(config, sweep.provenance).betas);
    for (auto& [family, named] : predictions_of(config.experiment)) {
      for (auto& [order, prediction] : named) {
        sweep.predictions[family][order].push_back(std::move(prediction));
      }
    }
  }
  io::write_sweep(file, sweep);
  fmt::print(stderr, "{}: predictions for {} values of {} written\n", file.string(),
             sweep.values.size(), sweep.option);
}

}  // namespace

ExitStatus predict(const Arguments& arguments) {
  Arguments options = arguments;
  if (const auto sweep = take_sweep(options)) {
    predict_sweep(options, parse_sweep(*sweep));
    return ExitStatus::success;
  }
  const auto config = io::load_config(options);
  io::require_writable(config.output.file);
  const io::FileLock lock(config.output.file);
  if (std::filesystem::exists(config.output.file) &&
      io::read_results(config.output.file).statistics.realizations > 0) {
    throw InputError(
        fmt::format("output.file = {} holds a simulated ensemble, which predict would overwrite: "
                    "name another file.",
                    config.output.file.string()));
  }
  auto results = results_of_job(config, io::current_provenance(1, ""));
  results.predictions = predictions_of(config.experiment);
  results.complete = true;
  io::write_results(config.output.file, results, false);
  fmt::print(stderr, "{}: predictions written\n", config.output.file.string());
  return ExitStatus::success;
}

}  // namespace rmtheat::app
