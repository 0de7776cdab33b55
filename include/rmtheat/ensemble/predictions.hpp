#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "rmtheat/ensemble/samples.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/parallel/communicator.hpp"
#include "rmtheat/theory/formulas.hpp"

namespace rmtheat::ensemble {

/// By family ("large_n", "finite_n") and name ("lo", "nlo", ...).
using Predictions = std::map<std::string, std::map<std::string, theory::Prediction>>;

/// The levels of both systems in each realization.
using Levels = std::vector<std::array<std::vector<double>, 2>>;

/// Those of the finished ones of `samples`.
Levels levels_of(const Samples& samples);

/// A prediction that a job will have, or why it will not: planned before its first realization.
struct PlannedPrediction {
  std::string family;  ///< "large_n", from the continuum densities; "finite_n", from the levels
  const theory::Formula* formula = nullptr;
  theory::Plan plan;  ///< of all realizations whose levels differ

  /// "large_n/lo"
  [[nodiscard]] std::string name() const;
};

/// All that may exist, not planned, in the order of computing them.
std::vector<PlannedPrediction> candidate_predictions();

/// Plans each for an experiment with so many realizations.
void plan(std::vector<PlannedPrediction>& candidates, const model::Experiment& experiment,
          std::size_t realizations);

/// All of them, planned.
std::vector<PlannedPrediction> plan_predictions(const model::Experiment& experiment,
                                                std::size_t realizations);

/// One of them, which must be feasible. In the family finite_n it is the average over the
/// realizations of `levels` where they differ from one to the next, else that of the first;
/// `samples` holds those realizations in that order, for the residual covariance, or nothing. With
/// a communicator its ranks, which all pass the same levels, share the work (collective; the result
/// is on its root); without one this process does all.
theory::Prediction predict(const PlannedPrediction& planned, const model::Experiment& experiment,
                           const Levels& levels, const Samples& samples,
                           const parallel::Communicator* world);

/// Every feasible one, by this process.
Predictions predict_all(const std::vector<PlannedPrediction>& planned,
                        const model::Experiment& experiment, const Levels& levels,
                        const Samples& samples);

/// Those that are not feasible, a line each: "large_n/kinetic: why". Empty where all are.
std::string left_out(const std::vector<PlannedPrediction>& planned);

}  // namespace rmtheat::ensemble
