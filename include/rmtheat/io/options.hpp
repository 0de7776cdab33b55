#pragma once

#include <string>
#include <vector>

namespace rmtheat::io {

/// What there is to say about an option.
struct OptionSummary {
  std::string section;
  std::string key;
  std::string units;          ///< empty for what has none
  std::string default_value;  ///< empty for an option without a default
  std::string allowed;        ///< in words, alternatives separated by " | "
  std::string description;
  bool physics = true;  ///< false: no realization depends on it, and it is no axis of a scan
};

/// All options, section by section.
std::vector<OptionSummary> option_summaries();

/// What the section [scan] is, in words.
std::string about_scans();

/// All options by section with units, defaults and allowed values, for --help.
std::string options_help();

/// The same as Markdown tables, one per section, for the README.
std::string options_markdown();

}  // namespace rmtheat::io
