#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "file_status.hpp"
#include "results_of_job.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/ensemble/target_error.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/support/progress.hpp"
#include "rmtheat/support/streams.hpp"
#include "verb_options.hpp"

namespace rmtheat::app {
namespace {

std::string describe_system(const io::SystemDescription& system) {
  std::vector<std::string> parameters;
  for (const auto& [name, value] : system.parameters) {
    parameters.push_back(fmt::format("{} = {}", name, value));
  }
  return fmt::format("{} levels ({}), {}{}{}", system.size, system.placement, system.density,
                     parameters.empty() ? "" : ", ", fmt::join(parameters, ", "));
}

void print_progress(const std::string& file, const io::Results& results) {
  to_stdout("  written        {} ago{}\n", readable_duration(seconds_since_writing(file)),
            is_locked(file) ? "; a job has the file locked" : "");
  if (results.pace) {
    to_stdout("  last run       {:.3g} realizations per second{}\n", results.pace->rate,
              results.complete ? ""
                               : fmt::format(", {} left when it wrote the file",
                                             readable_duration(results.pace->seconds_left)));
  }
}

void print_heat_current(const io::Results& results, std::optional<double> target) {
  const auto means = late_heat_currents(results);
  std::size_t worst_pair = 0;
  for (std::size_t pair = 0; pair < means.size(); ++pair) {
    const double relative = means[pair].relative_error();
    worst_pair = relative > means[worst_pair].relative_error() ? pair : worst_pair;
    to_stdout("  heat current   late mean {:.5g} +- {:.2g} ({:.2g} %) at beta1 = {}, beta2 = {}\n",
              means[pair].mean, means[pair].error, 100.0 * relative, results.betas[pair][0],
              results.betas[pair][1]);
  }
  if (!target) {
    return;
  }
  const double worst = means.empty() ? 0.0 : means[worst_pair].relative_error();
  const auto done = static_cast<double>(results.statistics.realizations);
  const double needed = std::ceil(done * (worst / *target) * (worst / *target));
  if (!std::isfinite(needed) || done < 2.0) {
    to_stdout("  target error   {}: no estimate from {} realizations\n", *target, done);
  } else if (worst <= *target) {
    to_stdout("  target error   {}: reached\n", *target);
  } else if (worst > 0.5) {
    to_stdout(
        "  target error   {}: no estimate, as the heat current at beta1 = {}, beta2 = {} is zero "
        "within two standard errors\n",
        *target, results.betas[worst_pair][0], results.betas[worst_pair][1]);
  } else {
    to_stdout("  target error   {}: about {:.0f} realizations, {:.0f} more{}\n", *target, needed,
              needed - done,
              results.pace ? fmt::format(", in {} at the last run's pace",
                                         readable_duration((needed - done) / results.pace->rate))
                           : "");
  }
}

}  // namespace

ExitStatus info(const Arguments& arguments) {
  const auto given = read_verb("info", arguments);
  const bool one_file = given.files.size() == 1 && !std::filesystem::is_directory(given.files[0]);
  if (!one_file) {
    if (given.with_config || given.target_error) {
      throw InputError("info: --config and --target-error take one results file.");
    }
    print_status(given.files, given.trust);
    return ExitStatus::success;
  }
  const auto& files = given.files;
  const auto& file = files.front();
  const auto results = read_results(file, given.trust);
  const auto& job = results.job;
  const auto& provenance = results.provenance;

  to_stdout("{}: {}\n", file, results.complete ? "complete" : "partial");
  to_stdout("  realizations   {} of {}, first {}, samples {}\n", results.statistics.realizations,
            job.realizations, job.first_realization,
            results.samples.empty() ? "not stored" : "stored");
  if (!results.origins.empty()) {
    to_stdout("  seeds          {}, pooled\n", fmt::join(pooled_seeds(results), ", "));
  }
  print_progress(file, results);
  for (std::size_t k = 0; k < results.systems.size(); ++k) {
    to_stdout("  system {}       {}\n", k + 1, describe_system(results.systems[k]));
  }
  to_stdout("  coupling       {}, lambda = {}, D = {}\n", coupling_name(results),
            job.coupling_strength, results.systems[0].size * results.systems[1].size);
  for (const auto& [beta1, beta2] : results.betas) {
    to_stdout("  temperatures   beta1 = {}, beta2 = {}\n", beta1, beta2);
  }
  to_stdout("  times          {} from 0 to {}\n", results.times.size(), results.times.back());
  to_stdout("  work share     s = {}\n", results.work_share);
  for (const auto& [family, predictions] : results.predictions) {
    std::vector<std::string> names;
    std::ranges::transform(predictions, std::back_inserter(names),
                           [](const auto& entry) { return entry.first; });
    to_stdout("  predictions    {}: {}\n", family, fmt::join(names, ", "));
  }
  print_heat_current(results, given.target_error);
  if (!results.method.empty()) {
    to_stdout("  method         {}\n", results.method);
  }
  for (const auto& entry : dynamics::diagnostic_table) {
    const auto& largest = results.statistics.largest;
    if (const auto found = largest.find(entry.diagnostic); found != largest.end()) {
      to_stdout("  {:<22} at most {:.3g}\n", entry.name, found->second);
    }
  }
  if (!results.layout.empty()) {
    to_stdout("  layout         {}\n", results.layout);
  }
  to_stdout("  written by     rmtheat {} ({}), {} rank{}, {}\n", provenance.code_version,
            provenance.git_commit, provenance.ranks, provenance.ranks == 1 ? "" : "s",
            provenance.created);
  to_stdout("  on             {}\n  with           {}\n", provenance.machine, provenance.libraries);
  if (given.with_config) {
    to_stdout("\n{}", results.config);
  }
  return ExitStatus::success;
}

}  // namespace rmtheat::app
