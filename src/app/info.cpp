#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "estimate.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/io/results_file.hpp"

namespace rmtheat::app {
namespace {

std::string describe_system(const model::System& system, const io::SystemDescription& description) {
  std::vector<std::string> parameters;
  for (const auto& [name, value] : description.parameters) {
    parameters.push_back(fmt::format("{} = {}", name, value));
  }
  return fmt::format("{} levels ({}), {}{}{}", system.size, description.placement,
                     description.density, parameters.empty() ? "" : ", ",
                     fmt::join(parameters, ", "));
}

}  // namespace

ExitStatus info(const Arguments& arguments) {
  if (!arguments.empty() && arguments.front() == "--estimate") {
    return estimate({arguments.begin() + 1, arguments.end()});
  }
  std::string file;
  bool with_config = false;
  for (const auto& argument : arguments) {
    if (argument == "--config") {
      with_config = true;
    } else if (argument.starts_with("-") || !file.empty()) {
      throw InputError(fmt::format(
          "info: '{}' is not understood; allowed are one results file and --config.", argument));
    } else {
      file = argument;
    }
  }
  if (file.empty()) {
    throw InputError("info: name a results file.");
  }
  const auto results = io::read_results(file);
  const auto experiment = io::parse_config(results.config).experiment;
  const auto& provenance = results.provenance;

  fmt::print("{}: {}\n", file, results.complete ? "complete" : "partial");
  fmt::print("  realizations   {} of {}, first {}, samples {}\n", results.statistics.realizations,
             experiment.realizations, experiment.first_realization,
             results.samples.empty() ? "not stored" : "stored");
  for (std::size_t k = 0; k < results.systems.size(); ++k) {
    fmt::print("  system {}       {}\n", k + 1,
               describe_system(experiment.systems[k], results.systems[k]));
  }
  fmt::print("  coupling       {}, lambda = {}, D = {}\n",
             experiment.ensemble == model::CouplingEnsemble::gue ? "GUE" : "GOE",
             experiment.strength, experiment.dimension());
  for (const auto& [beta1, beta2] : results.temperatures) {
    fmt::print("  temperatures   beta1 = {}, beta2 = {}\n", beta1, beta2);
  }
  fmt::print("  times          {} from 0 to {}\n", results.times.size(), results.times.back());
  fmt::print("  work share     s = {}\n", results.work_share);
  for (const auto& [family, predictions] : results.predictions) {
    std::vector<std::string> names;
    std::ranges::transform(predictions, std::back_inserter(names),
                           [](const auto& entry) { return entry.first; });
    fmt::print("  predictions    {}: {}\n", family, fmt::join(names, ", "));
  }
  if (results.statistics.realizations > 1) {
    const auto error = results.statistics.standard_error.values(model::Observable::heat_current);
    fmt::print("  heat current   standard error at most {:.3g}\n",
               *std::ranges::max_element(error));
  }
  if (!results.method.empty()) {
    fmt::print("  method         {}\n", results.method);
  }
  if (!results.layout.empty()) {
    fmt::print("  layout         {}\n", results.layout);
  }
  fmt::print("  written by     rmtheat {} ({}), {} rank{}, {}\n", provenance.code_version,
             provenance.git_commit, provenance.ranks, provenance.ranks == 1 ? "" : "s",
             provenance.created);
  fmt::print("  on             {}\n  with           {}\n", provenance.machine,
             provenance.libraries);
  if (with_config) {
    fmt::print("\n{}", results.config);
  }
  return ExitStatus::success;
}

}  // namespace rmtheat::app
