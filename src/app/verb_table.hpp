#pragma once

#include <span>
#include <string_view>

#include "rmtheat/app/verbs.hpp"

namespace rmtheat::app {

/// A verb of the program, as the command line, the help, the manual page and the completion of
/// shells know it.
struct Verb {
  std::string_view name;
  ExitStatus (*perform)(const Arguments&);
  std::string_view usage;  ///< options as "--name", "--name VALUE" or "--name=VALUE"
  std::string_view summary;
};

/// Stands in the usage of verbs that take the options of a job.
inline constexpr std::string_view job_options = "[--SECTION.KEY=VALUE ...]";

std::span<const Verb> verb_table();

}  // namespace rmtheat::app
