#include "option_source.hpp"

#include <algorithm>
#include <numeric>
#include <sstream>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat::io {

namespace {

namespace po = boost::program_options;

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

/// Where the options were read from, for messages.
struct Source {
  std::string place;   ///< "on the command line"
  std::string prefix;  ///< "--"
};

GivenValues collect(const std::vector<Option>& table, const po::parsed_options& parsed,
                    const Source& source) {
  GivenValues values;
  for (const po::option& given : parsed.options) {
    if (given.unregistered) {
      std::string name = given.string_key;
      name.erase(0, name.find_first_not_of('-'));
      throw InputError(fmt::format("Unknown option {}{} {}{}", source.prefix, name, source.place,
                                   suggestion(table, name)));
    }
    if (given.position_key >= 0) {
      throw InputError(fmt::format("Argument '{}' {} is not of the form --section.key=value.",
                                   given.value.front(), source.place));
    }
    const std::string value = given.value.empty() ? "" : given.value.front();
    if (value.find_first_of("#\n\r") != std::string::npos) {
      throw InputError(
          fmt::format("{} = {}: the value must be one line without '#'.", given.string_key, value));
    }
    if (!values.emplace(given.string_key, value).second) {
      throw InputError(fmt::format("{} = {}: the option may be given once, but is repeated {}.",
                                   given.string_key, value, source.place));
    }
  }
  return values;
}

}  // namespace

GivenValues given_values(const std::vector<Option>& table, const std::string& ini_text,
                         const std::vector<std::string>& arguments) {
  po::options_description description;
  for (const Option& option : table) {
    description.add_options()(option.name().c_str(), po::value<std::string>());
  }
  Source source{"on the command line", "--"};
  try {
    namespace style = po::command_line_style;
    GivenValues values =
        collect(table,
                po::command_line_parser(arguments)
                    .options(description)
                    .style(style::allow_long | style::long_allow_adjacent | style::long_allow_next)
                    .allow_unregistered()
                    .run(),
                source);
    source = {"in the INI file", ""};
    std::istringstream stream(ini_text);
    values.merge(collect(table, po::parse_config_file(stream, description, true), source));
    return values;
  } catch (const po::error& error) {
    throw InputError(fmt::format("Options {} cannot be read: {}.", source.place, error.what()));
  }
}

}  // namespace rmtheat::io
