#include "verb_options.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rmtheat/support/arguments.hpp"
#include "rmtheat/support/parse.hpp"
#include "verb_table.hpp"

namespace rmtheat::app {
namespace {

void read_value(Given& given, const VerbOption& option, const std::optional<std::string>& value) {
  if (option.is_flag() && value) {
    throw InputError(fmt::format("{} = {}: the option takes no value.", option.name, *value));
  }
  if (!option.is_flag() && !value) {
    throw InputError(
        fmt::format("{}: the value is missing; it must be {}.", option.name, option.allowed));
  }
  if (!option.read(given, value.value_or(""))) {
    throw InputError(fmt::format("{} = {}: the value must be {}{}.", option.name, *value,
                                 option.allowed, decimal_comma_hint(*value)));
  }
}

std::string names_of(const std::vector<VerbOption>& options) {
  std::vector<std::string> names;
  std::ranges::transform(options, std::back_inserter(names), &VerbOption::name);
  return fmt::format("{}", fmt::join(names, ", "));
}

/// "; predict has it" for an option of other verbs, else empty.
std::string who_has(const std::vector<Verb>& table, const std::string& option) {
  for (const Verb& verb : table) {
    if (std::ranges::find(verb.options, option, &VerbOption::name) != verb.options.end()) {
      return fmt::format("; rmtheat {} has it", verb.name);
    }
  }
  return "";
}

void require_files(const Verb& verb, const std::vector<std::string>& files) {
  if (files.size() > verb.files.most) {
    const auto& surplus = files[verb.files.most];
    throw InputError(verb.files.most > 0
                         ? fmt::format("{}: argument '{}' is one too many; name {} alone.",
                                       verb.name, surplus, verb.files.words)
                         : fmt::format("{}: argument '{}' is not of the form --name=value.",
                                       verb.name, surplus));
  }
  if (files.empty() && verb.files.most > 0) {
    throw InputError(fmt::format("{}: name {}.", verb.name, verb.files.words));
  }
}

}  // namespace

Given read_verb(std::string_view name, const Arguments& arguments) {
  const auto table = verb_table();
  const Verb& verb = *std::ranges::find(table, name, &Verb::name);
  const auto named = [&verb](const std::string& wanted) {
    const auto found = std::ranges::find(verb.options, wanted, &VerbOption::name);
    return found != verb.options.end() ? &*found : nullptr;
  };
  const auto is_flag = [&](const std::string& wanted) {
    const auto* const option = named(wanted);
    return option != nullptr && option->is_flag();
  };
  Given given;
  std::vector<std::string> seen;
  for (const auto& [option_name, value] : read_arguments(arguments, is_flag)) {
    seen.push_back(option_name);
    if (option_name.empty()) {
      given.files.push_back(*value);
    } else if (const auto* const option = named(option_name)) {
      read_value(given, *option, value);
    } else if (const auto other = who_has(table, option_name); verb.takes_job && !other.empty()) {
      throw InputError(fmt::format("{}: {} is no option of it{}.", verb.name, option_name, other));
    } else if (verb.takes_job) {
      given.job.push_back(value ? fmt::format("{}={}", option_name, *value) : option_name);
    } else {
      throw InputError(fmt::format("{}: unknown option {}; it has {}{}.", verb.name, option_name,
                                   names_of(verb.options), other));
    }
  }
  require_files(verb, given.files);
  for (const auto& option : verb.options) {
    if (option.required && std::ranges::find(seen, option.name) == seen.end()) {
      throw InputError(fmt::format("{}: {}={} must be given, {}.", verb.name, option.name,
                                   option.placeholder, option.allowed));
    }
  }
  return given;
}

}  // namespace rmtheat::app
