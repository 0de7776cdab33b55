#pragma once

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/ensemble/layout.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::ensemble {

/// What solver.method = auto means here: the more efficient method, but Lanczos where the matrix
/// does not fit in the memory of all ranks together. Another method is returned as it is.
dynamics::Method choose_method(const model::Experiment& experiment,
                               const dynamics::SolverOptions& options, const Machine& machine);

}  // namespace rmtheat::ensemble
