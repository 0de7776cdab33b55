#pragma once

#include <string>

namespace rmtheat::app {

/// All verbs and options in words, for --help.
std::string help();
/// The manual page rmtheat.1, in the man macros of roff.
std::string manual_page();
/// A script for bash that completes verbs, options, their values where those are words, and files.
std::string bash_completion();

}  // namespace rmtheat::app
