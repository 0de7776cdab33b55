#pragma once

#include <map>
#include <string>
#include <vector>

#include "option_table.hpp"

namespace rmtheat::io {

/// Values by option name, as they were given.
using GivenValues = std::map<std::string, std::string>;

/// The options in the text of an INI file and, winning over them, in arguments of the form
/// "--section.key=value" or "--section.key value". Throws InputError for unknown and for repeated
/// options.
GivenValues given_values(const std::vector<Option>& table, const std::string& ini_text,
                         const std::vector<std::string>& arguments);

}  // namespace rmtheat::io
