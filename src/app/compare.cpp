#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "entropy_bound.hpp"
#include "results_of_job.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/ensemble/comparison.hpp"
#include "rmtheat/ensemble/variances.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/planning/layout.hpp"
#include "rmtheat/support/streams.hpp"
#include "two_simulations.hpp"
#include "verb_options.hpp"
#include "verdict_tables.hpp"
#include "verdicts.hpp"

namespace rmtheat::app {
namespace {

using ensemble::Comparison;

/// As run and merge write them; a file that other programs have edited may lack some.
void require_covariances(const std::string& file, const io::Results& results) {
  for (const auto& field : results.statistics.mean.fields()) {
    if (field.is_curve() && !results.statistics.covariance.contains(field)) {
      throw InputError(
          fmt::format("{} holds no covariance of {} (ensemble/covariance/{}), without which it "
                      "cannot be compared.",
                      file, field.name, field.name));
    }
  }
}

/// The full name of the prediction asked for: "lo" means that of the levels used, where there is.
/// The names that people give the orders are taken as well.
std::string named_prediction(const std::vector<Row>& rows, const std::string& given) {
  auto name = given;
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const std::string_view alias : {"all-orders", "all_orders", "all orders"}) {
    if (name.ends_with(alias)) {
      name.replace(name.size() - alias.size(), alias.size(), "resummed");
    }
  }
  for (const auto& candidate : {name, "finite_n/" + name, "large_n/" + name}) {
    if (std::ranges::find(rows, candidate, &Row::prediction) != rows.end()) {
      return candidate;
    }
  }
  std::vector<std::string> names;
  for (const Row& row : rows) {
    if (names.empty() || names.back() != row.prediction()) {
      names.push_back(row.prediction());
    }
  }
  throw InputError(fmt::format("--prediction = {}: the value must be one that the file holds, {}.",
                               given, fmt::join(names, ", ")));
}

/// Whether a row is of the prediction, observable and pair asked for.
bool is_asked_for(const Row& row, const Given& given) {
  return (!given.prediction || row.prediction() == *given.prediction) &&
         (!given.observable || row.field.name == *given.observable) &&
         (!given.pair || row.pair == *given.pair);
}

/// Throws InputError where the observable or the pair asked for is none of the file.
void require_asked_for(const io::Results& results, const std::vector<Row>& rows,
                       const Given& given) {
  if (given.pair && *given.pair >= results.betas.size()) {
    throw InputError(
        fmt::format("--pair = {}: the value must be the index of a temperature pair, 0 to {}.",
                    *given.pair, results.betas.size() - 1));
  }
  if (std::ranges::none_of(rows, [&](const Row& row) { return is_asked_for(row, given); })) {
    std::vector<std::string> names;
    for (const Row& row : rows) {
      if ((!given.prediction || row.prediction() == *given.prediction) &&
          std::ranges::find(names, row.field.name) == names.end()) {
        names.push_back(row.field.name);
      }
    }
    throw InputError(
        fmt::format("--observable = {}: the value must be one that the prediction has, {}.",
                    *given.observable, fmt::join(names, ", ")));
  }
}

void put_verdict(nlohmann::json& entry, Verdict verdict, std::string_view reason) {
  entry["holds"] = verdict == Verdict::holds;
  entry["verdict"] = verdict_word(verdict);
  if (!reason.empty()) {
    entry["reason"] = reason;
  }
}

void print_json(const io::Results& results, const std::vector<Row>& rows, double significance) {
  auto json = nlohmann::json::object();
  json["realizations"] = results.statistics.realizations;
  json["significance"] = significance;
  if (auto bound = entropy_bound_json(results); !bound.is_null()) {
    json["entropy_bound"] = std::move(bound);
  }
  auto& predictions = json["predictions"] = nlohmann::json::object();
  for (const Row& row : rows) {
    auto& prediction = predictions[row.prediction()];
    const auto [verdict, reason] = verdict_on(rows, row.prediction());
    put_verdict(prediction, verdict, reason);
    prediction["tests"] = row.tests;
    if (prediction["pairs"].size() <= row.pair) {
      const auto [verdict_of_pair, reason_of_pair] = verdict_on(rows, row.prediction(), row.pair);
      nlohmann::json of_pair = {{"beta1", results.betas[row.pair][0]},
                                {"beta2", results.betas[row.pair][1]}};
      put_verdict(of_pair, verdict_of_pair, reason_of_pair);
      prediction["pairs"].push_back(std::move(of_pair));
    }
    const Comparison& c = row.comparison;
    nlohmann::json entry = {{"observable", row.field.name},
                            {"pair", row.pair},
                            {"beta1", results.betas[row.pair][0]},
                            {"beta2", results.betas[row.pair][1]},
                            {"largest_deviation", c.largest_deviation},
                            {"at_time", results.times[c.at_index]},
                            {"late_mean",
                             {{"simulated", c.plateau},
                              {"error", c.plateau_error},
                              {"predicted", c.predicted_plateau}}}};
    put_verdict(entry, row.verdict, row.reason);
    if (row.left_out) {
      entry["left_out"] = *row.left_out;
    }
    if (row.discretization) {
      entry["discretization"] = *row.discretization;
    }
    if (c.test) {
      entry["components"] = c.test->components;
      entry["chi2_per_dof"] = c.test->chi2_per_dof;
      entry["p_value"] = c.test->p_value;
      entry["inflation"] = c.test->inflation;
    }
    if (const auto relative = relative_plateau_deviation(c)) {
      entry["late_mean"]["relative_deviation"] = *relative;
    }
    prediction["observables"].push_back(std::move(entry));
  }
  to_stdout("{}\n", json.dump(2));
}

/// The simulation in a file, which can be compared.
io::Results read_simulation(const std::string& file, bool trusted) {
  auto results = read_results(file, trusted);
  if (results.statistics.realizations == 0) {
    throw InputError(
        fmt::format("{} holds predictions but no simulation to compare them with.", file));
  }
  if (results.statistics.realizations == 1) {
    const auto job = io::parse_config(results.config);
    throw InputError(
        fmt::format("{} holds 1 realization, which has no error bar to compare by: {}.", file,
                    planning::varies(job.experiment, job.solver)
                        ? "raise ensemble.realizations to 2 or more and start the job again"
                        : "nothing in it is random; tools/plot draws it beside its predictions"));
  }
  if (!results.complete && results.statistics.covariance.empty()) {
    throw InputError(fmt::format(
        "{} is not complete yet: start its job again to have what a comparison needs.", file));
  }
  require_covariances(file, results);
  return results;
}

/// With the other simulation, where one is given, in the place of its predictions.
io::Results simulation_to_compare(const Given& given) {
  const auto& file = given.files.front();
  Simulation simulation{file, read_simulation(file, given.trust)};
  auto& results = simulation.results;
  if (given.with) {
    set_against(simulation, {*given.with, read_simulation(*given.with, given.trust)});
    return std::move(results);
  }
  if (results.predictions.empty()) {
    throw InputError(fmt::format("{} holds no predictions. {}", file, results.left_out));
  }
  ensemble::add_variances(results.samples, results.statistics, results.predictions,
                          results.work_share);
  return std::move(results);
}

}  // namespace

ExitStatus compare(const Arguments& arguments) {
  auto given = read_verb("compare", arguments);
  if (given.with && given.prediction) {
    throw InputError("compare: --with and --prediction: give one of them.");
  }
  const auto results = simulation_to_compare(given);
  auto rows = all_rows(results);
  judge(rows, given);
  if (given.prediction) {
    given.prediction = named_prediction(rows, *given.prediction);
  }
  require_asked_for(results, rows, given);
  if (given.json) {
    print_json(results, rows, given.significance);
  }
  std::erase_if(rows, [&](const Row& row) { return !is_asked_for(row, given); });
  if (!given.json) {
    to_stdout("{}{}", verdict_tables(results, rows, given), entropy_bound_text(results));
  }
  const auto named = given.with ? rows.front().prediction() : given.prediction.value_or("");
  return !named.empty() && verdict_on(rows, named).first == Verdict::rejected
             ? ExitStatus::prediction_rejected
             : ExitStatus::success;
}

}  // namespace rmtheat::app
