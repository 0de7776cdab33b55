#pragma once

#include <cstdint>
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

/// From the levels themselves, averaged over the realizations with these indices where they differ
/// from one to the next. `samples` holds those realizations, for the residual covariance, or
/// nothing. With a communicator its ranks share the work (collective; the result is on its root);
/// without one this process does all.
NamedPredictions finite_n_predictions(const model::Experiment& experiment,
                                      const std::vector<std::uint64_t>& realizations,
                                      const Samples& samples, const parallel::Communicator* world);

}  // namespace rmtheat::ensemble
