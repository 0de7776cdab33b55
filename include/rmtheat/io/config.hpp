#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rmtheat/io/settings.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::io {

/// A job: its options, and what follows from them.
struct Config : Settings {
  model::Experiment experiment;
  /// Every option with its value as INI text. Parsed again it gives the identical Config; levels
  /// read from a file stand in it as numbers, so it needs no other file. Of given operators it only
  /// says which they were.
  std::string resolved_text;
  std::vector<std::string> notes;  ///< what the user should know, a sentence each
};

/// The options in the text of an INI file and in arguments of the form "--section.key=value" or
/// "--section.key value", which win; the rest have their defaults. Throws InputError, one sentence
/// naming the option, its value and what is allowed.
Settings parse_settings(const std::string& ini_text,
                        const std::vector<std::string>& arguments = {});

/// The same where the INI file, if there is one, is at `path`. Throws InputError as well when it
/// cannot be read.
Settings load_settings(const std::optional<std::string>& path,
                       const std::vector<std::string>& arguments);

/// The job that has these options. Throws InputError where they do not fit together.
Config make_config(Settings settings);

inline Config parse_config(const std::string& ini_text,
                           const std::vector<std::string>& arguments = {}) {
  return make_config(parse_settings(ini_text, arguments));
}

inline Config load_config(const std::optional<std::string>& path,
                          const std::vector<std::string>& arguments) {
  return make_config(load_settings(path, arguments));
}

/// An option that two jobs set differently.
struct OptionDifference {
  std::string option;
  std::string left;   ///< its value in the first job, empty where it does not apply
  std::string right;  ///< its value in the second job
};

/// The options that determine the physics of a realization and differ between two jobs: all but
/// those of the output, the solver and the range of realizations.
std::vector<OptionDifference> physics_differences(const Settings& left, const Settings& right);

}  // namespace rmtheat::io
