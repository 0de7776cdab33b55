#pragma once

#include <map>
#include <string>
#include <vector>

#include "option_table.hpp"

namespace rmtheat::io {

/// Values by option name, as they were given.
using GivenValues = std::map<std::string, std::string>;

/// What was given: an option's value, or as an axis of a scan, section [scan], several.
struct GivenOptions {
  GivenValues values;
  GivenValues axes;  ///< by the option's name, "coupling.strength", or "system.size" for both
};

/// The options that an axis sets: both systems' for "system.size".
std::vector<std::string> targets_of(const std::string& axis);

/// The options in the text of an INI file and, winning over them, in arguments of the form
/// "--section.key=value" or "--section.key value". Throws InputError for unknown and for repeated
/// options, for axes of what cannot be one, and for axes of options whose value is given as an
/// argument.
GivenOptions given_options(const std::vector<Option>& table, const std::string& ini_text,
                           const std::vector<std::string>& arguments);

/// The options that have these values, and the rest their defaults. Throws InputError.
Settings settings_of(const std::vector<Option>& table, const GivenValues& given);

/// Of a job that is not out of a results file: throws InputError where it names operators by what
/// such files say of them.
void require_input_files(const Settings& settings);

}  // namespace rmtheat::io
