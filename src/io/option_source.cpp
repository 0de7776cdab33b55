#include "option_source.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <sstream>
#include <string_view>

#include <boost/program_options.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rmtheat/support/arguments.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {

namespace {

/// Levenshtein distance.
std::size_t edit_distance(const std::string& left, const std::string& right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

/// " Did you mean NAME?" for the nearest option, or for one whose section was forgotten.
std::string suggestion(const std::vector<Option>& table, const std::string& unknown) {
  const auto distance = [&](const Option& option) {
    return std::min(edit_distance(unknown, option.name()), edit_distance(unknown, option.key));
  };
  const auto nearest = std::ranges::min_element(table, {}, distance);
  return distance(*nearest) <= std::max<std::size_t>(2, unknown.size() / 4)
             ? fmt::format("; did you mean {}?", nearest->name())
             : "; --help lists all options.";
}

constexpr std::string_view scan_section = "scan.";

const Option& known(const std::vector<Option>& table, const std::string& name,
                    std::string_view prefix, std::string_view place) {
  if (name.starts_with(scan_section)) {
    const auto targets = targets_of(name.substr(scan_section.size()));
    return known(table, targets.back(), fmt::format("{}{}", prefix, scan_section), place);
  }
  const auto option = std::ranges::find(table, name, &Option::name);
  if (option == table.end()) {
    throw InputError(
        fmt::format("Unknown option {}{} {}{}", prefix, name, place, suggestion(table, name)));
  }
  return *option;
}

void put(GivenValues& values, const std::string& name, const std::string& value) {
  if (value.find_first_of("#\n\r") != std::string::npos) {
    throw InputError(fmt::format("{} = {}: the value must be one line without '#'.", name, value));
  }
  constexpr std::string_view quotes = "\"'";
  if (!value.empty() && (quotes.find(value.front()) != std::string_view::npos ||
                         quotes.find(value.back()) != std::string_view::npos)) {
    throw InputError(fmt::format("{} = {}: the value must be given without quotes.", name, value));
  }
  if (!values.emplace(name, value).second) {
    throw InputError(fmt::format(
        "{} = {}: the option may be given once, but is repeated in the INI file.", name, value));
  }
}

GivenValues on_command_line(const std::vector<Option>& table,
                            const std::vector<std::string>& words) {
  GivenValues values;
  for (const auto& [dashed, value] : read_arguments(words, [](const auto&) { return false; })) {
    if (dashed.empty()) {
      throw InputError(fmt::format(
          "Argument '{}' on the command line is not of the form --section.key=value.", *value));
    }
    const auto name = dashed.substr(2);
    const auto& option = known(table, name, "--", "on the command line");
    if (!value) {
      throw InputError(
          fmt::format("{}: the value is missing; it must be {}.", dashed, option.allowed));
    }
    put(values, name, *value);
  }
  return values;
}

/// Comments are cut out of the text before it is read: one begins with a line, or stands between
/// blanks, so that no '#' within a value can begin one.
void require_clear_text(const std::string& ini_text) {
  std::istringstream stream(ini_text);
  std::string line;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    line.resize(line.size() - (line.ends_with('\r') ? 1 : 0));
    const auto control = std::ranges::find_if(
        line, [](unsigned char each) { return each != '\t' && std::iscntrl(each) != 0; });
    if (control != line.end()) {
      throw InputError(fmt::format(
          "Options in the INI file cannot be read: line {} has a control character, code {}.",
          number, static_cast<int>(static_cast<unsigned char>(*control))));
    }
    const auto hash = line.find('#');
    const auto is_blank = [&line](std::size_t at) {
      return at >= line.size() || line[at] == ' ' || line[at] == '\t';
    };
    if (hash != std::string::npos && line.find('=') < hash &&
        !(is_blank(hash - 1) && is_blank(hash + 1))) {
      throw InputError(fmt::format(
          "Line {} of the INI file is '{}': values must be without '#'; a comment after "
          "a value takes blanks on both sides of its '#'.",
          number, line));
    }
  }
}

GivenValues in_file(const std::vector<Option>& table, const std::string& ini_text) {
  namespace po = boost::program_options;
  require_clear_text(ini_text);
  std::istringstream stream(ini_text);
  GivenValues values;
  try {
    for (const auto& given :
         po::parse_config_file(stream, po::options_description(), true).options) {
      known(table, given.string_key, "", "in the INI file");
      put(values, given.string_key, given.value.empty() ? "" : given.value.front());
    }
  } catch (const po::error& error) {
    throw InputError(fmt::format("Options in the INI file cannot be read: {}.", error.what()));
  }
  return values;
}

/// The options that a section has with the choices in `settings`.
std::string options_in(const std::vector<Option>& table, const std::string& section,
                       const Settings& settings) {
  std::vector<std::string> keys;
  for (const Option& option : table) {
    if (option.section == section && option.belongs(settings)) {
      keys.push_back(option.key);
    }
  }
  const std::string last = keys.back();
  keys.pop_back();
  return fmt::format("{} and {}", fmt::join(keys, ", "), last);
}

/// Moves what is in the section [scan] out of `values`.
GivenValues take_axes(const std::vector<Option>& table, GivenValues& values) {
  GivenValues axes;
  for (auto given = values.begin(); given != values.end();) {
    if (!given->first.starts_with(scan_section)) {
      ++given;
      continue;
    }
    const auto axis = given->first.substr(scan_section.size());
    if (!std::ranges::find(table, targets_of(axis).front(), &Option::name)->physics) {
      throw InputError(fmt::format(
          "{} = {}: the option must be one that realizations depend on; those of the output, the "
          "machine and the number of realizations are the same at all points of a scan.",
          given->first, given->second));
    }
    axes.emplace(axis, given->second);
    given = values.erase(given);
  }
  return axes;
}

/// An option may be one thing.
void require_single_meaning(const GivenValues& axes, const GivenValues& arguments) {
  std::map<std::string, std::string> axis_of;
  for (const auto& [axis, text] : axes) {
    for (const auto& target : targets_of(axis)) {
      if (const auto value = arguments.find(target); value != arguments.end()) {
        throw InputError(
            fmt::format("--{} = {}: the value must not be given beside the scan's {} = {}; "
                        "--scan.{}={} scans this one alone.",
                        target, value->second, axis, text, axis, value->second));
      }
      if (const auto [other, is_new] = axis_of.emplace(target, axis); !is_new) {
        throw InputError(fmt::format("scan.{} = {}: scan.{} sets {} already.", axis, text,
                                     other->second, target));
      }
    }
  }
}

}  // namespace

std::vector<std::string> targets_of(const std::string& axis) {
  constexpr std::string_view both = "system.";
  if (!axis.starts_with(both)) {
    return {axis};
  }
  const auto key = axis.substr(both.size());
  return {"system1." + key, "system2." + key};
}

GivenOptions given_options(const std::vector<Option>& table, const std::string& ini_text,
                           const std::vector<std::string>& arguments) {
  const auto first = on_command_line(table, arguments);
  GivenOptions given{first, {}};
  given.values.merge(in_file(table, ini_text));
  given.axes = take_axes(table, given.values);
  require_single_meaning(given.axes, first);
  return given;
}

Settings settings_of(const std::vector<Option>& table, const GivenValues& given) {
  Settings settings;
  for (const Option& option : table) {
    const auto value = given.find(option.name());
    if (value != given.end()) {
      if (!option.belongs(settings)) {
        throw InputError(fmt::format("{} = {}: with its {}, {} has the options {} alone.",
                                     option.name(), value->second, option.chosen_by, option.section,
                                     options_in(table, option.section, settings)));
      }
      option.read(settings, value->second);
    } else if (option.defaulted(settings) && !option.default_value.empty()) {
      option.read(settings, option.default_value);
    }
  }
  return settings;
}

void require_input_files(const Settings& settings) {
  if (settings.coupling.operators && !settings.coupling_file) {
    throw InputError(
        "coupling.operators: results files have it to say what coupling.file was; coupling.file "
        "must be given.");
  }
}

}  // namespace rmtheat::io
