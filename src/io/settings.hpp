#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/coupling.hpp"
#include "rmtheat/model/levels.hpp"

namespace rmtheat::io {

/// Where a system's levels come from.
enum class DensityKind { gaussian, uniform, semicircle, gamma, file };

/// The options of one system, value by value. Those that do not belong to the density are unset.
struct SystemSettings {
  DensityKind density = DensityKind::gaussian;
  std::optional<std::size_t> size;
  model::LevelPlacement levels = model::LevelPlacement::quantile;
  double sigma = 0.0;
  double mean = 0.0;
  double half_width = 0.0;
  double centre = 0.0;
  double radius = 0.0;
  double shape = 0.0;
  double scale = 0.0;
  std::optional<std::string> file;
  std::optional<std::vector<double>> energies;
  std::vector<double> beta;
};

/// All options, value by value: what the option table reads into and writes from.
struct Settings {
  std::array<SystemSettings, 2> systems;
  model::CouplingEnsemble ensemble = model::CouplingEnsemble::gue;
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
