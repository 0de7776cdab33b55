#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "rmtheat/ensemble/samples.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/parallel/communicator.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::ensemble {

/// Predictions by name: "lo", "nlo", ...
using NamedPredictions = std::map<std::string, theory::Prediction>;

/// From the continuum densities of states, the limit of many levels. Empty when a system's levels
/// were read from a file, which has no density.
NamedPredictions large_n_predictions(const model::Experiment& experiment);

/// The levels of both systems in each realization.
using Levels = std::vector<std::array<std::vector<double>, 2>>;

/// From the levels themselves, averaged over the realizations where they differ from one to the
/// next, else those of the first. `samples` holds those realizations in that order, for the
/// residual covariance, or nothing. With a communicator its ranks, which all pass the same levels,
/// share the work (collective; the result is on its root); without one this process does all.
NamedPredictions finite_n_predictions(const model::Experiment& experiment, const Levels& levels,
                                      const Samples& samples, const parallel::Communicator* world);

/// Those of the finished ones of `samples`.
Levels levels_of(const Samples& samples);

}  // namespace rmtheat::ensemble
