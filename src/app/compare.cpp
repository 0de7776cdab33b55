#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "rmtheat/app/verbs.hpp"
#include "rmtheat/ensemble/comparison.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/io/results_file.hpp"
#include "verb_options.hpp"

namespace rmtheat::app {
namespace {

using ensemble::Comparison;
using model::Field;

struct Options {
  std::string file;
  std::string prediction;  ///< empty: none is judged by the exit status
  std::optional<double> max_chi2;
  double significance = 0.01;
  bool json = false;
};

/// One line of the table: an observable of one temperature pair against one prediction.
struct Row {
  std::string prediction;  ///< "finite_n/lo"
  std::size_t pair;
  Field field;
  Comparison comparison;
  bool holds = true;
};

Options parse(const Arguments& arguments) {
  namespace po = boost::program_options;
  Options options;
  double max_chi2 = 0.0;
  po::options_description description;
  description.add_options()("file", po::value(&options.file)->required())(
      "prediction", po::value(&options.prediction))("max-chi2", po::value(&max_chi2))(
      "significance", po::value(&options.significance))("json", po::bool_switch(&options.json));
  po::positional_options_description positional;
  positional.add("file", 1);
  const auto values =
      parse_verb("compare", arguments, description, positional,
                 "one results file, --prediction, --max-chi2, --significance and --json");
  if (values.count("max-chi2") > 0) {
    options.max_chi2 = max_chi2;
    if (!(max_chi2 > 0.0)) {
      throw InputError(fmt::format("--max-chi2 = {}: must be positive.", max_chi2));
    }
  }
  if (!(options.significance > 0.0 && options.significance < 1.0)) {
    throw InputError(
        fmt::format("--significance = {}: must lie between 0 and 1.", options.significance));
  }
  return options;
}

ensemble::MeasuredCurve measured_curve(const io::Results& results,
                                       const theory::Prediction& prediction, const Field& field,
                                       std::size_t pair) {
  const auto& residual = prediction.residual_covariance;
  const auto found = residual.find(field);
  const std::span<const double> covariance =
      found != residual.end() ? found->second : results.statistics.covariance.at(field);
  const std::size_t block = results.times.size() * results.times.size();
  return {results.statistics.mean.curve(field, pair), covariance.subspan(pair * block, block),
          results.statistics.realizations};
}

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

std::vector<Row> all_rows(const io::Results& results) {
  std::vector<Row> rows;
  for (const auto& [family, predictions] : results.predictions) {
    for (const auto& [name, prediction] : predictions) {
      for (std::size_t pair = 0; pair < results.betas.size(); ++pair) {
        for (const auto& field : results.statistics.mean.fields()) {
          if (field.is_curve() && prediction.curves.has(field)) {
            rows.push_back({fmt::format("{}/{}", family, name), pair, field,
                            compare(measured_curve(results, prediction, field, pair),
                                    prediction.curves.curve(field, pair))});
          }
        }
      }
    }
  }
  return rows;
}

/// A prediction's observables are judged together: each may fail by chance, so each must fail more
/// clearly than the significance asked for (Bonferroni).
void judge(std::vector<Row>& rows, const Options& options) {
  for (Row& row : rows) {
    const auto tests = std::ranges::count_if(rows, [&](const Row& other) {
      return other.prediction == row.prediction && other.comparison.test;
    });
    if (!row.comparison.test) {
      row.holds = std::isfinite(row.comparison.largest_deviation);
    } else if (options.max_chi2) {
      row.holds = row.comparison.test->chi2_per_dof <= *options.max_chi2;
    } else {
      row.holds = row.comparison.test->p_value * static_cast<double>(tests) >= options.significance;
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
    if (names.empty() || names.back() != row.prediction) {
      names.push_back(row.prediction);
    }
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  throw InputError(
      fmt::format("--prediction = {}: the file holds {}.", name, fmt::join(names, ", ")));
}

bool prediction_holds(const std::vector<Row>& rows, const std::string& prediction) {
  return std::ranges::all_of(
      rows, [&](const Row& row) { return row.prediction != prediction || row.holds; });
}

/// Absent where the prediction is zero within the error bar, as for the power at late times.
std::optional<double> relative_plateau_deviation(const Comparison& comparison) {
  if (std::abs(comparison.predicted_plateau) <= comparison.plateau_error) {
    return std::nullopt;
  }
  return comparison.plateau / comparison.predicted_plateau - 1.0;
}

std::string readable_chi2(double value) {
  return value < 1e4 ? fmt::format("{:.2f}", value) : fmt::format("{:.1e}", value);
}

std::string heading(const io::Results& results) {
  const auto config = io::parse_config(results.config);
  const auto& experiment = config.experiment;
  return fmt::format("{} realizations, {} ({}) x {} ({}) levels, lambda = {}, {} coupling",
                     results.statistics.realizations, experiment.systems[0].size,
                     results.systems[0].density, experiment.systems[1].size,
                     results.systems[1].density, experiment.strength, experiment.coupling->name());
}

void print_table(const io::Results& results, const std::vector<Row>& rows) {
  fmt::print("{}\n", heading(results));
  std::string prediction;
  std::optional<std::size_t> pair;
  for (const Row& row : rows) {
    if (row.prediction != prediction || row.pair != pair) {
      prediction = row.prediction;
      pair = row.pair;
      const auto& [beta1, beta2] = results.betas[row.pair];
      fmt::print("\n{}: beta1 = {}, beta2 = {}: {}\n", prediction, beta1, beta2,
                 prediction_holds(rows, prediction) ? "holds" : "REJECTED");
      fmt::print("  {:<19}{:>9} {:>7} {:>9} {:>8} {:>24} {:>11} {:>8}\n", "observable", "max dev.",
                 "at t", "chi2/dof", "p", "late mean, simulated", "predicted", "rel.dev.");
    }
    const Comparison& c = row.comparison;
    const auto relative = relative_plateau_deviation(c);
    fmt::print("  {:<19}{:>7.2f} s {:>7.3g} {:>9} {:>8} {:>12.5g} +- {:<8.2g} {:>11.5g} {:>8}{}\n",
               row.field.name, c.largest_deviation, results.times[c.at_index],
               c.test ? readable_chi2(c.test->chi2_per_dof) : "-",
               c.test ? fmt::format("{:.2g}", c.test->p_value) : "-", c.plateau, c.plateau_error,
               c.predicted_plateau, relative ? fmt::format("{:+.2f}%", 100.0 * *relative) : "-",
               row.holds ? "" : "  *");
  }
  fmt::print(
      "\nmax dev.: largest deviation over time in standard errors (s). chi2/dof: Hotelling's T^2 "
      "of "
      "the\ndifference on the lowest cosines of the time window, scaled so that it follows the F "
      "distribution; p its\nprobability to be larger. Late mean: over the second half of the "
      "window. *: does not hold.\n");
}

void print_json(const io::Results& results, const std::vector<Row>& rows) {
  auto json = nlohmann::json::object();
  json["realizations"] = results.statistics.realizations;
  auto& predictions = json["predictions"] = nlohmann::json::object();
  for (const Row& row : rows) {
    auto& prediction = predictions[row.prediction];
    prediction["holds"] = prediction_holds(rows, row.prediction);
    const Comparison& c = row.comparison;
    nlohmann::json entry = {{"observable", row.field.name},
                            {"beta1", results.betas[row.pair][0]},
                            {"beta2", results.betas[row.pair][1]},
                            {"largest_deviation", c.largest_deviation},
                            {"at_time", results.times[c.at_index]},
                            {"late_mean",
                             {{"simulated", c.plateau},
                              {"error", c.plateau_error},
                              {"predicted", c.predicted_plateau}}},
                            {"holds", row.holds}};
    if (c.test) {
      entry["components"] = c.test->components;
      entry["chi2_per_dof"] = c.test->chi2_per_dof;
      entry["p_value"] = c.test->p_value;
    }
    if (const auto relative = relative_plateau_deviation(c)) {
      entry["late_mean"]["relative_deviation"] = *relative;
    }
    prediction["observables"].push_back(std::move(entry));
  }
  fmt::print("{}\n", json.dump(2));
}

}  // namespace

ExitStatus compare(const Arguments& arguments) {
  const Options options = parse(arguments);
  const auto results = io::read_results(options.file);
  if (results.statistics.realizations == 0) {
    throw InputError(
        fmt::format("{} holds predictions but no simulation to compare them with.", options.file));
  }
  if (results.statistics.realizations == 1) {
    throw InputError(fmt::format(
        "{} holds 1 realization, which has no error bar to compare by: raise ensemble.realizations "
        "to 2 or more and start the job again.",
        options.file));
  }
  if (results.predictions.empty()) {
    throw InputError(fmt::format(
        "{} holds no predictions yet: they are written when the run is complete.", options.file));
  }
  require_covariances(options.file, results);
  auto rows = all_rows(results);
  judge(rows, options);
  const auto judged =
      options.prediction.empty() ? std::string() : named_prediction(rows, options.prediction);
  if (options.json) {
    print_json(results, rows);
  } else {
    print_table(results, rows);
  }
  return judged.empty() || prediction_holds(rows, judged) ? ExitStatus::success
                                                          : ExitStatus::prediction_rejected;
}

}  // namespace rmtheat::app
