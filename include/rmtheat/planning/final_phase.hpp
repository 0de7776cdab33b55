#pragma once

#include <string_view>

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::planning {

/// Bytes that the root needs when all realizations are in, for them, and for the covariance of each
/// curve between its T times, (pairs, T, T): of the mean, and for random levels of each prediction
/// from them as well.
struct FinalPhase {
  double samples = 0.0;
  double covariances = 0.0;

  /// At the peak: beside what is in memory there are the file, which is made in memory, and a copy.
  [[nodiscard]] double peak() const;
};

/// Of a job with these realizations, whose solver's method must not be automatic.
FinalPhase final_phase(const model::Experiment& experiment, const dynamics::SolverOptions& options);

/// Throws InputError when more is needed than `available` bytes, saying of what there is too much;
/// `of_each` names what there is of each realization.
void require_final_fit(const FinalPhase& phase, const model::Experiment& experiment,
                       double available, std::string_view of_each = "samples");

}  // namespace rmtheat::planning
