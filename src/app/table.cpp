#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "file_status.hpp"
#include "late_mean.hpp"
#include "result_paths.hpp"
#include "results_of_job.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/ensemble/variances.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/support/parse.hpp"
#include "rmtheat/support/streams.hpp"
#include "verb_options.hpp"
#include "verdict_tables.hpp"
#include "verdicts.hpp"

namespace rmtheat::app {
namespace {

/// Cells by the names of their columns, in this order; null for what there is not.
using Line = nlohmann::ordered_json;

/// Of these there are columns in every table; the last is chosen by the program, file by file.
constexpr std::array<std::string_view, 8> own_columns = {
    "system1.size",      "system2.size",  "system1.beta",  "system2.beta",
    "coupling.strength", "ensemble.seed", "solver.method", "solver.noise_reduction"};

/// A file with what the table says of it.
struct Entry {
  std::string file;
  io::Config config;
  io::Results results;
  std::vector<Row> rows;  ///< empty where nothing can be compared
};

bool can_be_compared(const io::Results& results) {
  return results.statistics.realizations > 1 && !results.predictions.empty() &&
         std::ranges::all_of(results.statistics.mean.fields(), [&](const auto& field) {
           return !field.is_curve() || results.statistics.covariance.contains(field);
         });
}

Entry read_entry(const std::string& file, const Given& given) {
  Entry entry{file, {}, read_results(file, given.trust), {}};
  auto& results = entry.results;
  entry.config = io::parse_config(results.config);
  if (results.statistics.covariance.empty() && results.statistics.realizations > 1 &&
      !results.samples.empty()) {
    results.statistics = ensemble::statistics_of(results.samples);  // it is not complete
  }
  if (can_be_compared(results)) {
    ensemble::add_variances(results.samples, results.statistics, results.predictions,
                            results.work_share);
    entry.rows = all_rows(results);
    judge(entry.rows, given);
  }
  results.samples.clear();
  return entry;
}

/// Options of the physics that differ between files, besides those of every table.
std::vector<std::string> varying_options(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const auto& entry : entries) {
    for (const auto& difference : io::physics_differences(entries.front().config, entry.config)) {
      if (std::ranges::find(names, difference.option) == names.end() &&
          std::ranges::find(own_columns, difference.option) == own_columns.end()) {
        names.push_back(difference.option);
      }
    }
  }
  return names;
}

/// A number where it is one.
Line as_cell(const std::string& text) {
  const auto number = parse_number<double>(text);
  return number ? Line(*number) : text.empty() ? Line() : Line(text);
}

/// What an entry has for an option that differs somewhere.
Line value_of(const std::vector<Entry>& entries, const Entry& entry, const std::string& option) {
  const auto in = [&](const Entry& other) {
    const auto differences = io::physics_differences(entry.config, other.config);
    const auto found = std::ranges::find(differences, option, &io::OptionDifference::option);
    return found == differences.end() ? nullptr : std::make_shared<std::string>(found->left);
  };
  for (const auto& other : entries) {
    if (const auto text = in(other)) {
      return as_cell(*text);
    }
  }
  return {};
}

void put_predictions(Line& line, const Entry& entry, std::size_t pair) {
  const auto& field = model::fields::heat_current;
  for (const auto& [family, orders] : entry.results.predictions) {
    for (const auto& [order, prediction] : orders) {
      const auto name = fmt::format("{}/{}", family, order);
      if (prediction.curves.has(field)) {
        line[name + " heat_current"] = late_mean_of(prediction.curves.curve(field, pair));
      }
      if (!entry.rows.empty()) {
        line[name] = verdict_word(verdict_on(entry.rows, name, pair).first);
      }
    }
  }
}

Line line_of(const std::vector<Entry>& entries, const Entry& entry, std::size_t pair,
             const std::vector<std::string>& varying) {
  const auto& results = entry.results;
  const auto& statistics = results.statistics;
  Line line;
  line["file"] = entry.file;
  line["status"] = results.complete ? "complete" : "partial";
  line["pair"] = pair;
  line["n1"] = results.systems[0].size;
  line["n2"] = results.systems[1].size;
  line["coupling_strength"] = results.job.coupling_strength;
  line["beta1"] = results.betas[pair][0];
  line["beta2"] = results.betas[pair][1];
  line["seed"] = results.origins.empty()
                     ? Line(results.job.seed)
                     : Line(fmt::format("{}", fmt::join(pooled_seeds(results), ", ")));
  for (const auto& option : varying) {
    line[option] = value_of(entries, entry, option);
  }
  line["method"] = statistics.realizations > 0 ? Line(method_name(entry.config.solver)) : Line();
  line["realizations"] = statistics.realizations;
  for (const auto& field : statistics.mean.fields()) {
    if (field.is_curve()) {
      const auto late = late_mean_of(results, field, pair);
      line[field.name] = late.mean;
      line[field.name + "_error"] = std::isfinite(late.error) ? Line(late.error) : Line();
    }
  }
  put_predictions(line, entry, pair);
  return line;
}

/// Every column of any line. Those of later lines come after those before which they stand there.
std::vector<std::string> columns_of(const std::vector<Line>& lines) {
  std::vector<std::string> columns;
  for (const auto& line : lines) {
    auto place = columns.begin();
    for (const auto& [name, cell] : line.items()) {
      const auto found = std::ranges::find(columns, name);
      place = (found != columns.end() ? found : columns.insert(place, name)) + 1;
    }
  }
  return columns;
}

Line cell_in(const Line& line, const std::string& column) {
  const auto found = line.find(column);
  return found != line.end() ? *found : Line();
}

/// Columns between "pair" and "method" that differ between lines: the parameters.
std::vector<std::string> differing_parameters(const std::vector<Line>& lines,
                                              const std::vector<std::string>& columns) {
  std::vector<std::string> differing;
  const auto end = std::ranges::find(columns, "method");
  for (auto column = std::ranges::find(columns, "pair") + 1; column != end; ++column) {
    if (std::ranges::any_of(lines, [&](const Line& line) {
          return cell_in(line, *column) != cell_in(lines.front(), *column);
        })) {
      differing.push_back(*column);
    }
  }
  return differing;
}

std::string quoted(std::string text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) {
    return text;
  }
  for (auto at = text.find('"'); at != std::string::npos; at = text.find('"', at + 2)) {
    text.insert(at, 1, '"');
  }
  return fmt::format("\"{}\"", text);
}

std::string as_csv(const std::vector<Line>& lines, const std::vector<std::string>& columns) {
  std::string text;
  const auto add = [&](std::size_t k, const std::string& cell) {
    text += fmt::format("{}{}", k > 0 ? "," : "", quoted(cell));
  };
  for (std::size_t k = 0; k < columns.size(); ++k) {
    add(k, columns[k]);
  }
  text += "\n";
  for (const auto& line : lines) {
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const auto cell = cell_in(line, columns[k]);
      add(k, cell.is_string() ? cell.get<std::string>() : cell.is_null() ? "" : cell.dump());
    }
    text += "\n";
  }
  return text;
}

/// Column by column as wide as it must be.
std::string aligned(const std::vector<std::vector<std::string>>& cells) {
  std::vector<std::size_t> widths(cells.front().size(), 0);
  for (const auto& row : cells) {
    for (std::size_t k = 0; k < row.size(); ++k) {
      widths[k] = std::max(widths[k], row[k].size());
    }
  }
  std::string text;
  for (const auto& row : cells) {
    for (std::size_t k = 0; k < row.size(); ++k) {
      text += k + 1 < row.size() ? fmt::format("{:<{}}  ", row[k], widths[k]) : row[k];
    }
    text += "\n";
  }
  return text;
}

bool has_start(const std::vector<std::string>& columns, std::string_view start) {
  return std::ranges::any_of(columns,
                             [&](const std::string& column) { return column.starts_with(start); });
}

std::string as_text(const std::vector<Line>& lines, const std::vector<std::string>& columns) {
  auto shown = differing_parameters(lines, columns);
  shown.insert(shown.begin(), "file");
  const bool has_pairs =
      std::ranges::any_of(lines, [](const Line& line) { return line["pair"] != 0; });
  if (has_pairs) {
    shown.insert(shown.begin() + 1, "pair");
  }
  shown.emplace_back("realizations");
  for (const std::string quantity : {"heat_current", "current_1", "current_2", "conductance"}) {
    if (std::ranges::find(columns, quantity) != columns.end()) {
      shown.push_back(quantity);
    }
  }
  // Verdicts; where nothing is simulated what is predicted.
  const std::string_view family = has_start(columns, "finite_n/") ? "finite_n/" : "large_n/";
  const bool verdicts = std::ranges::any_of(columns, [&](const std::string& column) {
    return column.starts_with(family) && column.find(' ') == std::string::npos;
  });
  for (const auto& column : columns) {
    if (column.starts_with(family) && verdicts == (column.find(' ') == std::string::npos)) {
      shown.push_back(column);
    }
  }
  std::vector<std::vector<std::string>> cells = {shown};
  for (const auto& line : lines) {
    auto& row = cells.emplace_back();
    for (const auto& column : shown) {
      const auto cell = cell_in(line, column);
      const auto error = cell_in(line, column + "_error");
      if (column == "file") {
        row.push_back(std::filesystem::path(cell.get<std::string>()).filename().string());
      } else if (cell.is_number_float()) {
        row.push_back(
            fmt::format("{:.5g}{}", cell.get<double>(),
                        error.is_number() ? fmt::format(" +- {:.2g}", error.get<double>()) : ""));
      } else {
        row.push_back(cell.is_string() ? cell.get<std::string>()
                      : cell.is_null() ? "-"
                                       : cell.dump());
      }
    }
  }
  return aligned(cells) +
         fmt::format(
             "\nMeans over the second half of the times; {}. Every column: --csv, --json.\n",
             verdicts ? "verdicts as of rmtheat compare" : "predictions of the heat current");
}

}  // namespace

ExitStatus table(const Arguments& arguments) {
  const auto given = read_verb("table", arguments);
  if (given.csv && given.json) {
    throw InputError("table: --csv and --json: give one of them.");
  }
  std::vector<Entry> entries;
  for (const auto& file : result_paths(given.files)) {
    entries.push_back(read_entry(file, given));
  }
  const auto varying = varying_options(entries);
  std::vector<Line> lines;
  for (const auto& entry : entries) {
    for (std::size_t pair = 0; pair < entry.results.betas.size(); ++pair) {
      lines.push_back(line_of(entries, entry, pair, varying));
    }
  }
  const auto columns = columns_of(lines);
  const auto parameters = differing_parameters(lines, columns);
  std::ranges::stable_sort(lines, {}, [&](const Line& line) {
    std::vector<Line> key;
    key.reserve(parameters.size());
    for (const auto& parameter : parameters) {
      key.push_back(cell_in(line, parameter));
    }
    return key;
  });
  if (given.json) {
    to_stdout("{}\n", Line(lines).dump(2));
  } else {
    to_stdout("{}", given.csv ? as_csv(lines, columns) : as_text(lines, columns));
  }
  return ExitStatus::success;
}

}  // namespace rmtheat::app
