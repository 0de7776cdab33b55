#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "results_of_job.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/io/file_lock.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/planning/control_coefficients.hpp"
#include "rmtheat/support/blas.hpp"
#include "rmtheat/support/streams.hpp"
#include "verb_options.hpp"

namespace rmtheat::app {
namespace {

/// One file to be merged.
struct Part {
  std::string file;
  io::Config config;
  io::Results results;

  [[nodiscard]] std::uint64_t end() const {
    return results.first_realization + results.samples.size();
  }
};

Part read_part(const std::string& file, bool trusted) {
  // Not within the braces of a Part: g++ 14 destroys the members before one that throws twice.
  auto results = read_results(file, trusted);
  auto config = io::parse_config(results.config);
  if (results.samples.empty()) {
    throw InputError(fmt::format(
        "merge: {} {}.", file,
        results.statistics.realizations > 0
            ? "was written with output.samples = false and cannot be merged: each realization is "
              "needed"
            : "holds no simulation"));
  }
  return {file, std::move(config), std::move(results)};
}

void require_same_physics(const Part& first, const Part& other) {
  const auto differences = io::physics_differences(first.config, other.config);
  if (!differences.empty()) {
    const auto& [option, left, right] = differences.front();
    throw InputError(fmt::format(
        "merge: {} and {} hold different experiments ({} = {} and {}{}).", first.file, other.file,
        option, left, right,
        differences.size() > 1 ? fmt::format(", and {} more differences", differences.size() - 1)
                               : ""));
  }
}

/// Puts the realizations of `part` into `merged`; each must be in one part alone.
void add_samples(io::Results& merged, Part& part) {
  auto& samples = part.results.samples;
  for (std::size_t k = 0; k < samples.size(); ++k) {
    if (!samples[k]) {
      continue;
    }
    const std::uint64_t realization = part.results.first_realization + k;
    auto& place = merged.samples[realization - merged.first_realization];
    if (place) {
      throw InputError(fmt::format("merge: realization {} is in {} and in an earlier part.",
                                   realization, part.file));
    }
    place = std::move(samples[k]);
  }
}

std::vector<std::uint64_t> finished_realizations(const io::Results& results) {
  std::vector<std::uint64_t> finished;
  for (std::size_t k = 0; k < results.samples.size(); ++k) {
    if (results.samples[k]) {
      finished.push_back(results.first_realization + k);
    }
  }
  return finished;
}

void require_no_gaps(const io::Results& results) {
  const auto missing = std::ranges::find_if(results.samples, [](const auto& s) { return !s; });
  if (missing != results.samples.end()) {
    throw InputError(fmt::format(
        "merge: realization {} is in none of the parts ({} of {} are); finish the parts, or give "
        "--allow-gaps.",
        results.first_realization +
            static_cast<std::uint64_t>(std::distance(results.samples.begin(), missing)),
        finished_realizations(results).size(), results.samples.size()));
  }
}

/// The job that computes all parts' realizations by itself.
io::Config joint_config(const std::vector<Part>& parts, const std::string& output) {
  const auto first = std::ranges::min(parts, {}, [](const Part& part) {
                       return part.results.first_realization;
                     }).results.first_realization;
  const auto end = std::ranges::max(parts, {}, &Part::end).end();
  auto settings = static_cast<const io::Settings&>(parts.front().config);
  settings.first = first;
  settings.realizations = end - first;
  settings.target_error = 0.0;
  settings.output.file = output;
  settings.output.samples = true;
  return io::make_config(std::move(settings));
}

}  // namespace

ExitStatus merge(const Arguments& arguments) {
  const auto given = read_verb("merge", arguments);
  const io::FileLock lock(given.output);
  io::require_writable(given.output);
  if (std::filesystem::exists(given.output)) {
    throw InputError(fmt::format("merge: {} exists; name another file.", given.output));
  }

  std::vector<Part> parts;
  int ranks = 0;
  for (const auto& file : given.files) {
    parts.push_back(read_part(file, given.trust));
    require_same_physics(parts.front(), parts.back());
    ranks = std::max(ranks, parts.back().results.provenance.ranks);
  }
  const auto config = joint_config(parts, given.output);
  auto merged = results_of_job(config, io::current_provenance(ranks, ""));
  merged.samples.resize(config.experiment.realizations);
  for (auto& part : parts) {
    require_work_share(config, part.results, part.file);
    add_samples(merged, part);
  }
  if (!given.allow_gaps) {
    require_no_gaps(merged);
  }
  const auto finished = finished_realizations(merged);
  if (finished.empty()) {
    throw InputError("merge: none of the parts has a finished realization.");
  }

  blas::set_threads(1);  // sums in the order in which a run takes them
  if (has_control(config.solver.noise_reduction)) {
    merged.control = planning::control_coefficients(config.experiment);
  }
  merged.statistics = ensemble::statistics_of(merged.samples);
  const auto planned = ensemble::plan_predictions(config.experiment, finished.size());
  merged.predictions = ensemble::predict_all(planned, config.experiment,
                                             ensemble::levels_of(merged.samples), merged.samples);
  merged.left_out = ensemble::left_out(planned);
  if (config.coupling.operators && !config.experiment.has_random_levels()) {
    // The parts have them; the operators that they need are not at hand any more.
    merged.predictions = parts.front().results.predictions;
    merged.left_out = parts.front().results.left_out;
  }
  merged.complete = finished.size() == merged.samples.size();
  io::write_results(given.output, merged, true, &lock);
  to_stderr("{}: {} of {} realizations from {} part{}\n", given.output, finished.size(),
            merged.samples.size(), parts.size(), parts.size() == 1 ? "" : "s");
  return ExitStatus::success;
}

}  // namespace rmtheat::app
