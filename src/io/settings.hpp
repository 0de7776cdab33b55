#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/coupling/law.hpp"
#include "rmtheat/model/levels.hpp"

namespace rmtheat::io {

/// In place of a density's name: the levels themselves are given.
inline constexpr const char* levels_from_file = "file";

/// The options of one system, value by value. Those that do not belong to the density are unset.
struct SystemSettings {
  std::string density;  ///< its first word in the density table, or "file"
  std::optional<std::size_t> size;
  model::LevelPlacement levels = model::LevelPlacement::quantile;
  std::map<std::string, double> parameters;  ///< of the density
  std::optional<std::string> file;
  std::optional<std::vector<double>> energies;
  std::vector<double> beta;
};

/// All options, value by value: what the option table reads into and writes from.
struct Settings {
  std::array<SystemSettings, 2> systems;
  model::LawPointer coupling;
  double strength = 0.0;
  double end = 0.0;
  std::uint64_t steps = 0;
  std::uint64_t realizations = 0;
  double target_error = 0.0;
  std::uint64_t seed = 0;
  std::uint64_t first = 0;
  std::optional<double> work_share;
  bool conductance = true;
  dynamics::SolverOptions solver;
  std::string output_file;
  bool samples = true;
  double checkpoint_interval = 0.0;
  double grace = 0.0;
};

}  // namespace rmtheat::io
