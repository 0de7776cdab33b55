#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rmtheat/app/verbs.hpp"
#include "verb_options.hpp"

namespace rmtheat::app {

/// A verb of the program, as the command line, the help, the manual page and the completion of
/// shells know it.
struct Verb {
  /// The arguments without a name that it takes.
  struct Files {
    std::string placeholder;
    std::string words;     ///< what is to be named
    std::size_t most = 0;  ///< at least one is needed where there may be any
  };

  std::string name;  ///< "info --estimate": the verb info, when this is among its arguments
  ExitStatus (*perform)(const Arguments&);
  Files files;
  std::vector<VerbOption> options;
  bool takes_job = false;  ///< the options of a job as well
  std::string summary;

  /// Its name without the option that selects it.
  [[nodiscard]] std::string first_word() const { return name.substr(0, name.find(' ')); }
};

std::vector<Verb> verb_table();

/// Name and arguments, in one line.
std::string usage(const Verb& verb);

/// What is said of one verb: usage, summary, what its options may be.
std::string verb_help(const Verb& verb);

}  // namespace rmtheat::app
