#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "rmtheat/model/coupling/gaussian.hpp"
#include "rmtheat/model/density/density.hpp"
#include "rmtheat/model/levels.hpp"
#include "rmtheat/model/state/initial_state.hpp"

namespace rmtheat::model {

/// One of the two systems.
struct System {
  std::shared_ptr<const DensityOfStates> density;  ///< null when the levels were read from a file
  std::size_t size = 0;                            ///< number of levels N
  LevelPlacement placement = LevelPlacement::quantile;
  std::vector<double> file_levels;  ///< (size), for LevelPlacement::file alone

  /// True when the levels differ from realization to realization.
  [[nodiscard]] bool has_random_levels() const {
    return placement == LevelPlacement::iid || placement == LevelPlacement::gue;
  }
  /// The continuum density, or the file's levels: what the infinite-temperature averages refer to.
  [[nodiscard]] std::shared_ptr<const Spectrum> reference_spectrum() const;
  /// Energy variance at infinite temperature: of the levels where all realizations share them, of
  /// the continuum where they are random. A single level has none.
  [[nodiscard]] double variance() const;
};

/// Everything that determines the physics of a job. A realization is a pure function of an
/// Experiment and the realization's index.
struct Experiment {
  std::array<System, 2> systems;
  std::vector<StatePointer> states;  ///< at least one
  LawPointer coupling = gaussian_unitary();
  double strength = 0.0;      ///< coupling strength lambda, units of energy
  std::vector<double> times;  ///< ascending from 0, units hbar / energy
  std::uint64_t seed = 1;
  std::uint64_t first_realization = 0;
  std::uint64_t realizations = 0;
  std::optional<double> fixed_work_share;  ///< in [0, 1]; empty: work_share() derives it
  bool with_conductance = true;
  bool with_statistics = false;  ///< second moments of heat and work as well

  /// D = N1 N2.
  [[nodiscard]] std::size_t dimension() const { return systems[0].size * systems[1].size; }
  /// True when the levels of a system differ from realization to realization.
  [[nodiscard]] bool has_random_levels() const {
    return systems[0].has_random_levels() || systems[1].has_random_levels();
  }
  /// Fraction of the work done on system 1, s = Var_1 / (Var_1 + Var_2) with System::variance(),
  /// 1/2 where both are zero. For two Gaussian densities no heat then flows at equal temperatures,
  /// at any time, at leading order.
  [[nodiscard]] double work_share() const;
};

/// The levels of both systems in one realization.
std::array<std::vector<double>, 2> draw_levels(const Experiment& experiment,
                                               std::uint64_t realization);

/// The coupling matrix of one realization.
std::unique_ptr<const Coupling> draw_coupling(const Experiment& experiment,
                                              std::uint64_t realization);

}  // namespace rmtheat::model
