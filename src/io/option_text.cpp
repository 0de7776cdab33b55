#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "option_table.hpp"
#include "rmtheat/io/options.hpp"

namespace rmtheat::io {

namespace {

/// The same option in an earlier section, that of system 1 for one of system 2.
bool repeats(const std::vector<Option>& table, const Option& option) {
  return std::ranges::any_of(table, [&](const Option& other) {
    return other.section < option.section && other.key == option.key &&
           other.description == option.description && other.default_value == option.default_value;
  });
}

/// Calls `begin(section, repeated)` before each section's options that an earlier section does not
/// have alike, with the number of those it has, and `row(option)` for each of the rest.
template <class Begin, class Row>
void for_each_section(Begin begin, Row row) {
  const auto table = option_table();
  std::string section;
  for (const Option& option : table) {
    if (option.section != section) {
      section = option.section;
      begin(section, std::ranges::any_of(table, [&](const Option& other) {
              return other.section == section && repeats(table, other);
            }));
    }
    if (!repeats(table, option)) {
      row(option);
    }
  }
}

std::string with_units(const Option& option) {
  return option.units.empty() ? option.allowed
                              : fmt::format("{}, units {}", option.allowed, option.units);
}

std::string escaped(std::string text) {
  for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
    text.insert(at, 1, '\\');
  }
  return text;
}

}  // namespace

std::vector<OptionSummary> option_summaries() {
  const auto table = option_table();
  return {table.begin(), table.end()};
}

std::string about_scans() {
  return "Options as axes of a scan, with a job and a results file for each combination: "
         "SECTION.KEY "
         "= FIRST:LAST:COUNT, or values separated by commas or spaces; system.KEY sets both "
         "systems. "
         "Not those of output, machine and number of realizations. Files are in the folder scan, "
         "or "
         "in that of output.file, without .h5.";
}

std::string options_help() {
  std::string text;
  for_each_section(
      [&](const std::string& section, bool has_repeats) {
        text += fmt::format("\n[{}]{}\n", section,
                            has_repeats ? "  the options of system1, but for" : "");
      },
      [&](const Option& option) {
        text += fmt::format("  {}\n      {}\n      {}\n",
                            option.default_value.empty()
                                ? option.key
                                : fmt::format("{} = {}", option.key, option.default_value),
                            option.description, with_units(option));
      });
  return text +
         fmt::format("\n[scan]\n  coupling.strength = 0.05:0.4:8\n      {}\n", about_scans());
}

std::string options_markdown() {
  std::string text;
  for_each_section(
      [&](const std::string& section, bool has_repeats) {
        text += fmt::format(
            "{}**[{}]**{}\n\n| option | default | units | allowed | meaning |\n"
            "|---|---|---|---|---|\n",
            text.empty() ? "" : "\n", section,
            has_repeats ? " has the options of system1; only these defaults differ" : "");
      },
      [&](const Option& option) {
        text += fmt::format("| `{}` | {} | {} | {} | {} |\n", option.key, option.default_value,
                            option.units, escaped(option.allowed), escaped(option.description));
      });
  return text + fmt::format("\n**[scan]**\n\n{}\n", about_scans());
}

}  // namespace rmtheat::io
