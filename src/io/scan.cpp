#include "rmtheat/io/scan.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "levels_file.hpp"
#include "option_source.hpp"
#include "option_table.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/parse.hpp"

namespace rmtheat::io {
namespace {

struct Axis {
  std::string name;                  ///< "coupling.strength", "system.size"
  const Option* option = nullptr;    ///< that it sets, or the first of two
  std::vector<std::string> targets;  ///< names of all that it sets
  std::vector<std::string> values;
};

/// FIRST:LAST:COUNT, or nothing where it is not of that form. The ends are as they were given.
std::optional<std::vector<std::string>> equally_spaced(std::string_view text) {
  const auto colon = text.find(':');
  const auto second = text.find(':', colon + 1);
  const auto first_word = text.substr(0, colon);
  const auto last_word = text.substr(colon + 1, second - colon - 1);
  const auto first = parse_number<double>(first_word);
  const auto last = parse_number<double>(last_word);
  const auto count = whole(2, largest_scan).parse(text.substr(second + 1));
  if (!first || !last || !count) {
    return std::nullopt;
  }
  std::vector<std::string> values;
  for (std::uint64_t k = 0; k + 1 < *count; ++k) {
    const double share = static_cast<double>(k) / static_cast<double>(*count - 1);
    values.push_back(fmt::format("{:.12g}", *first + (*last - *first) * share));
  }
  values.emplace_back(last_word);
  values.front() = first_word;
  return values;
}

std::vector<std::string> words_in(std::string_view text) {
  constexpr std::string_view separators = ", \t";
  std::vector<std::string> words;
  for (auto begin = text.find_first_not_of(separators); begin != std::string_view::npos;
       begin = text.find_first_not_of(separators)) {
    text.remove_prefix(begin);
    const auto word = text.substr(0, text.find_first_of(separators));
    words.emplace_back(word);
    text.remove_prefix(word.size());
  }
  return words;
}

/// True where "0,3" may mean 0.3, which the option takes, unlike a size.
bool is_ambiguous(const Option& option, std::string text) {
  if (decimal_comma_hint(text).empty()) {
    return false;
  }
  std::ranges::replace(text, ',', '.');
  try {
    Settings ignored;
    option.read(ignored, text);
    return true;
  } catch (const InputError&) {
    return false;
  }
}

std::vector<std::string> values_of(const Option& option, const std::string& axis,
                                   const std::string& text) {
  const auto refused = [&](const std::string& why) {
    return InputError(fmt::format(
        "scan.{} = {}: the value must be FIRST:LAST:COUNT, two numbers and a count, {}, or values "
        "separated by commas or spaces{}.",
        axis, text, whole(2, largest_scan).allowed, why));
  };
  const auto words = words_in(text);
  if (words.size() == 1 && std::ranges::count(text, ':') == 2) {
    auto values = equally_spaced(words.front());
    if (!values) {
      throw refused("");
    }
    return *values;
  }
  if (words.empty() || is_ambiguous(option, text)) {
    throw refused(decimal_comma_hint(text));
  }
  return words;
}

/// In the order of the options.
std::vector<Axis> axes_in(const std::vector<Option>& table, const GivenValues& given) {
  std::vector<Axis> axes;
  std::size_t points = 1;
  for (const Option& option : table) {
    for (const auto& [name, text] : given) {
      auto targets = targets_of(name);
      if (targets.front() != option.name()) {
        continue;
      }
      axes.push_back({name, &option, std::move(targets), values_of(option, name, text)});
      points *= axes.back().values.size();
      if (points > largest_scan) {
        throw InputError(fmt::format("scan.{} = {}: the scan must not have more than {} points.",
                                     name, text, largest_scan));
      }
    }
  }
  return axes;
}

/// "strength" of "coupling.strength", unless another axis has that key too.
std::string short_name(const std::vector<Axis>& axes, const Axis& axis) {
  const bool single = std::ranges::count(axes, axis.option->key,
                                         [](const Axis& other) { return other.option->key; }) == 1;
  return single ? axis.option->key : axis.name;
}

std::string as_file_name(std::string text) {
  std::ranges::replace_if(
      text,
      [](unsigned char c) {
        return std::isalnum(c) == 0 &&
               std::string_view("+-.=_").find(static_cast<char>(c)) == std::string_view::npos;
      },
      '_');
  return text;
}

/// The options at one point, and the name of its file.
std::pair<std::string, Settings> point_of(const std::vector<Option>& table, GivenValues values,
                                          const std::vector<Axis>& axes, std::size_t index) {
  std::size_t stride = 1;
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    for (const auto& target : axis->targets) {
      values[target] = axis->values[index / stride % axis->values.size()];
    }
    stride *= axis->values.size();
  }
  auto settings = settings_of(table, values);
  require_input_files(settings);
  std::string name;
  for (const Axis& axis : axes) {
    name += fmt::format("{}{}={}", name.empty() ? "" : "_", short_name(axes, axis),
                        as_file_name(axis.option->write(settings)));
  }
  return {name + ".h5", std::move(settings)};
}

/// All that was given as an INI file, without the values that axes replace.
std::string ini_text(const GivenOptions& given, const std::filesystem::path& folder) {
  auto values = given.values;
  for (const auto& [axis, text] : given.axes) {
    for (const auto& target : targets_of(axis)) {
      values.erase(target);
    }
  }
  values["output.file"] = folder.string();
  std::string text;
  std::string section;
  for (const auto& [name, value] : values) {
    const auto dot = name.find('.');
    if (name.substr(0, dot) != section) {
      section = name.substr(0, dot);
      text += fmt::format("{}[{}]\n", text.empty() ? "" : "\n", section);
    }
    text += fmt::format("{} = {}\n", name.substr(dot + 1), value);
  }
  text += "\n[scan]\n";
  for (const auto& [axis, values_of_axis] : given.axes) {
    text += fmt::format("{} = {}\n", axis, values_of_axis);
  }
  return text;
}

}  // namespace

Jobs load_jobs(const std::optional<std::string>& path, const std::vector<std::string>& arguments) {
  const auto table = option_table();
  const auto given = given_options(table, path ? read_text_file(*path, "--config") : "", arguments);
  if (given.axes.empty()) {
    auto settings = settings_of(table, given.values);
    require_input_files(settings);
    return {std::nullopt, {std::move(settings)}, {}};
  }
  const auto file = given.values.find("output.file");
  std::filesystem::path folder = file == given.values.end() ? "scan" : file->second;
  if (folder.extension() == ".h5") {
    folder.replace_extension();
  }
  const auto axes = axes_in(table, given.axes);
  std::size_t points = 1;
  for (const Axis& axis : axes) {
    points *= axis.values.size();
  }
  Jobs jobs{folder, {}, ini_text(given, folder)};
  std::set<std::string> names;
  for (std::size_t index = 0; index < points; ++index) {
    auto [name, settings] = point_of(table, given.values, axes, index);
    settings.output.file = folder / name;
    if (!names.insert(name).second) {
      throw InputError(fmt::format(
          "scan.{}: two points of the scan have the same file name, {}; the values of an axis must "
          "differ.",
          axes.front().name, name));
    }
    make_config(settings);
    jobs.settings.push_back(std::move(settings));
  }
  return jobs;
}

}  // namespace rmtheat::io
