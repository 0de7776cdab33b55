#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::io {

/// What is written where.
struct OutputOptions {
  std::filesystem::path file;
  bool samples = true;               ///< write every realization, not the statistics alone
  double checkpoint_interval = 0.0;  ///< seconds between checkpoints of the results file
  double grace = 0.0;                ///< seconds from a request to stop to the end of the program
};

/// A job, as its options describe it.
struct Config {
  model::Experiment experiment;
  dynamics::SolverOptions solver;
  OutputOptions output;
  double target_error =
      0.0;  ///< relative, of the heat current, at which the ensemble ends; 0: none
  /// Every option with its value as INI text. Parsed again it gives the identical Config; levels
  /// read from a file stand in it as numbers, so it needs no other file.
  std::string resolved_text;
};

/// Builds a job from the text of an INI file and arguments of the form "--section.key=value" or
/// "--section.key value"; arguments win over the file. Throws InputError, one sentence naming the
/// option, its value and what is allowed.
Config parse_config(const std::string& ini_text, const std::vector<std::string>& arguments = {});

/// The same where the INI file, if there is one, is at `path`. Throws InputError as well when it
/// cannot be read.
Config load_config(const std::optional<std::string>& path,
                   const std::vector<std::string>& arguments);

/// An option that two jobs set differently.
struct OptionDifference {
  std::string option;
  std::string left;   ///< its value in the first job, empty where it does not apply
  std::string right;  ///< its value in the second job
};

/// The options that determine the physics of a realization and differ between two jobs: all but
/// those of the output, the solver and the range of realizations.
std::vector<OptionDifference> physics_differences(const Config& left, const Config& right);

}  // namespace rmtheat::io
