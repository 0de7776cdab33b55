#pragma once

#include <string>

namespace rmtheat::io {

/// All options by section with units, defaults and allowed values, for --help.
std::string options_help();

/// The same as Markdown tables, one per section, for the README.
std::string options_markdown();

}  // namespace rmtheat::io
