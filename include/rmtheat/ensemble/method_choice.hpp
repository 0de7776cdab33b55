#pragma once

#include <string>

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/ensemble/layout.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::ensemble {

/// The method of a job, nothing automatic about it that it uses, and why it is the one.
struct MethodChoice {
  dynamics::Method method = dynamics::Method::diagonalization;
  dynamics::NoiseReduction noise_reduction = dynamics::NoiseReduction::none;
  std::string description;  ///< both in words, with the reason where it was chosen here
};

/// What solver.method = auto and solver.noise_reduction = auto mean here: the more efficient of
/// each, but Lanczos where the matrix does not fit in the memory of all ranks together. What is not
/// automatic is returned as it is, as is the noise reduction of a diagonalization, which has none.
MethodChoice choose_method(const model::Experiment& experiment,
                           const dynamics::SolverOptions& options, const Machine& machine);

}  // namespace rmtheat::ensemble
