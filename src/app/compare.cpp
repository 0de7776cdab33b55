#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "results_of_job.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/ensemble/comparison.hpp"
#include "rmtheat/ensemble/variances.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/planning/layout.hpp"
#include "rmtheat/support/streams.hpp"
#include "verb_options.hpp"
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
std::string named_prediction(const std::vector<Row>& rows, const std::string& name) {
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
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  throw InputError(fmt::format("--prediction = {}: the value must be one that the file holds, {}.",
                               name, fmt::join(names, ", ")));
}

std::string in_words(const std::pair<Verdict, std::string_view>& verdict) {
  switch (verdict.first) {
    case Verdict::holds:
      return "holds";
    case Verdict::unresolved:
      return fmt::format("not resolved: {}", verdict.second);
    case Verdict::rejected:
      break;
  }
  return "REJECTED";
}

void put_verdict(nlohmann::json& entry, Verdict verdict, std::string_view reason) {
  constexpr std::array words = {"holds", "unresolved", "rejected"};
  entry["holds"] = verdict == Verdict::holds;
  entry["verdict"] = words.at(static_cast<std::size_t>(verdict));
  if (!reason.empty()) {
    entry["reason"] = reason;
  }
}

/// Absent where the prediction is zero within the error bar, as for the power at late times.
std::optional<double> relative_plateau_deviation(const Comparison& comparison) {
  if (std::abs(comparison.predicted_plateau) <= comparison.plateau_error) {
    return std::nullopt;
  }
  return comparison.plateau / comparison.predicted_plateau - 1.0;
}

std::string in_errors(const std::optional<double>& size) {
  return size ? fmt::format("{:.2g} s", *size) : "-";
}

std::string in_two_digits(double value) {
  return value < 1e4 ? fmt::format("{:.2f}", value) : fmt::format("{:.1e}", value);
}

std::string heading(const io::Results& results) {
  const auto& [system_1, system_2] = results.systems;
  return fmt::format("{} realizations, {} ({}) x {} ({}) levels, lambda = {}, {} coupling",
                     results.statistics.realizations, system_1.size, system_1.density,
                     system_2.size, system_2.density, results.job.coupling_strength,
                     coupling_name(results));
}

void print_table(const io::Results& results, const std::vector<Row>& rows) {
  constexpr std::array marks = {"", "  ?", "  *"};
  to_stdout("{}\n", heading(results));
  std::string prediction;
  std::optional<std::size_t> pair;
  for (const Row& row : rows) {
    if (row.prediction() != prediction || row.pair != pair) {
      prediction = row.prediction();
      pair = row.pair;
      const auto& [beta1, beta2] = results.betas[row.pair];
      to_stdout("\n{}: beta1 = {}, beta2 = {}: {}\n", prediction, beta1, beta2,
                in_words(verdict_on(rows, prediction)));
      to_stdout("  {:<22}{:>9} {:>7} {:>9} {:>8} {:>24} {:>11} {:>8} {:>9} {:>9}\n", "observable",
                "max dev.", "at t", "chi2/dof", "p", "late mean, simulated", "predicted",
                "rel.dev.", "left out", "finite N");
    }
    const Comparison& c = row.comparison;
    const auto relative = relative_plateau_deviation(c);
    to_stdout(
        "  {:<22}{:>7} s {:>7.3g} {:>9} {:>8} {:>12.5g} +- {:<8.2g} {:>11.5g} {:>8} {:>9} "
        "{:>9}{}\n",
        row.field.name, in_two_digits(c.largest_deviation), results.times[c.at_index],
        c.test ? in_two_digits(c.test->chi2_per_dof) : "-",
        c.test ? fmt::format("{:.2g}{}", c.test->p_value, c.test->inflation > 1.0 ? "~" : "") : "-",
        c.plateau, c.plateau_error, c.predicted_plateau,
        relative ? fmt::format("{:+.2f}%", 100.0 * *relative) : "-", in_errors(row.left_out),
        in_errors(row.discretization), marks.at(static_cast<std::size_t>(row.verdict)));
  }
  to_stdout(
      "\nmax dev.: largest deviation over time in standard errors (s). chi2/dof: Hotelling's T^2 "
      "of "
      "the\ndifference on the lowest cosines of the time window, scaled so that it follows the F "
      "distribution; p its\nprobability to be larger. Late mean: over the second half of the "
      "window.\n~: by bootstrap, as the realizations are not Gaussian. Left out: what finite D "
      "adds to the "
      "prediction at\nmost, finite N: distance to the prediction from the levels used, both in "
      "standard "
      "errors. *: rejected;\n?: not resolved, as what is left out (1/D) or the levels (N) explain "
      "it.\n");
}

void print_json(const io::Results& results, const std::vector<Row>& rows) {
  auto json = nlohmann::json::object();
  json["realizations"] = results.statistics.realizations;
  auto& predictions = json["predictions"] = nlohmann::json::object();
  for (const Row& row : rows) {
    auto& prediction = predictions[row.prediction()];
    const auto [verdict, reason] = verdict_on(rows, row.prediction());
    put_verdict(prediction, verdict, reason);
    const Comparison& c = row.comparison;
    nlohmann::json entry = {{"observable", row.field.name},
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

}  // namespace

ExitStatus compare(const Arguments& arguments) {
  const auto given = read_verb("compare", arguments);
  const auto& file = given.files.front();
  auto results = io::read_results(file);
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
  if (results.predictions.empty()) {
    throw InputError(fmt::format("{} holds no predictions. {}", file, results.left_out));
  }
  require_covariances(file, results);
  ensemble::add_variances(results.samples, results.statistics, results.predictions,
                          results.work_share);
  auto rows = all_rows(results);
  judge(rows, given);
  const auto judged = given.prediction ? named_prediction(rows, *given.prediction) : std::string();
  if (given.json) {
    print_json(results, rows);
  } else {
    print_table(results, rows);
  }
  return judged.empty() || verdict_on(rows, judged).first != Verdict::rejected
             ? ExitStatus::success
             : ExitStatus::prediction_rejected;
}

}  // namespace rmtheat::app
