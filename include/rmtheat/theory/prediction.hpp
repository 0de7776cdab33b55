#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rmtheat/model/coupling/gaussian.hpp"
#include "rmtheat/model/density/spectrum.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/model/observable/curves.hpp"
#include "rmtheat/model/state/initial_state.hpp"

namespace rmtheat::theory {

/// What every prediction is computed from. The spectra are either continuum densities of states or
/// finite sets of levels; each formula serves both. Initial states are thermal.
struct Setting {
  std::array<std::shared_ptr<const model::Spectrum>, 2> systems;
  std::vector<model::Betas> betas;  ///< of each initial state
  double strength = 0.0;            ///< lambda
  std::vector<double> times;        ///< ascending from 0
  double work_share = 0.5;          ///< s, the share of the work done on system 1
  bool with_conductance = true;     ///< else no response to a temperature difference is computed
  model::LawPointer coupling = model::gaussian_unitary();
  bool with_statistics = false;  ///< second moments of heat and work as well
  bool currents_only = false;    ///< their integrals, energies, are not wanted and may be zero
};

/// Of an experiment whose initial states are thermal, with these spectra for its systems.
Setting setting_for(const model::Experiment& experiment,
                    std::array<std::shared_ptr<const model::Spectrum>, 2> systems);

/// A prediction: the observables that it predicts, and numbers about them.
struct Prediction {
  model::Curves curves;
  /// One number per initial state, by name: "plateau", "error_estimate", ...
  std::map<std::string, std::vector<double>> attributes;
  /// For levels that differ between realizations, the covariance between times of the mean of
  /// (realization - its own prediction), (pairs, times, times); empty otherwise. It is what the
  /// ensemble's mean must be compared with: the scatter of the levels is in both.
  std::map<model::Field, std::vector<double>> residual_covariance;
  /// For levels, the size of what the formula leaves out in 1/D, (pairs, times), not negative: no
  /// more than that may a verdict hold against it. A field that is absent leaves out nothing.
  std::map<model::Field, std::vector<double>> left_out = {};
  /// Over (initial state, distribution time, bin); no fields where it predicts none.
  model::Curves distributions = {};
  /// What must be known of it besides its name; mostly empty.
  std::string description = {};
};

}  // namespace rmtheat::theory
