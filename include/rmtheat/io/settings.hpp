#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/coupling/table.hpp"
#include "rmtheat/model/levels.hpp"

namespace rmtheat::io {

/// In place of a density's name: the levels themselves are given.
inline constexpr const char* levels_from_file = "file";

/// Likewise: the Hamiltonian is, a dense matrix.
inline constexpr const char* levels_of_hamiltonian = "hamiltonian";

/// A coupling's structure whose operators are given.
inline constexpr const char* coupling_from_file = "file";

/// The options of one system, value by value. Those that do not belong to the density are unset.
struct SystemSettings {
  std::string density;  ///< its first word in the density table, "file" or "hamiltonian"
  std::optional<std::size_t> size;
  model::LevelPlacement levels = model::LevelPlacement::quantile;
  std::map<std::string, double> parameters;  ///< of the density
  std::optional<std::string> file;
  std::optional<std::vector<double>> energies;
  std::vector<double> beta;
};

/// What is written where.
struct OutputOptions {
  std::filesystem::path file;
  bool samples = true;               ///< write every realization, not the statistics alone
  double checkpoint_interval = 0.0;  ///< seconds between checkpoints of the results file
  double grace = 0.0;                ///< seconds from a request to stop to the end of the program
};

/// All options, value by value: what the option table reads into and writes from.
struct Settings {
  std::array<SystemSettings, 2> systems;
  std::string structure;  ///< of the coupling, its word in the coupling table
  model::CouplingOptions coupling;
  std::optional<std::string> coupling_file;  ///< unset where `coupling` has its operators
  double strength = 0.0;
  double end = 0.0;
  std::uint64_t steps = 0;
  std::uint64_t realizations = 0;
  /// Relative, of the heat current, at which the ensemble ends; 0: none.
  double target_error = 0.0;
  std::uint64_t seed = 0;
  std::uint64_t first = 0;
  std::optional<double> work_share;
  bool conductance = true;
  bool statistics = false;
  dynamics::SolverOptions solver;
  OutputOptions output;
};

}  // namespace rmtheat::io
