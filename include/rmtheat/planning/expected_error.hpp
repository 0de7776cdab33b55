#pragma once

#include <cstdint>

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::planning {

/// The standard error of the mean of this many realizations over the mean itself, for the heat
/// current averaged over the late times (the second half); the largest of the initial states,
/// infinite where no current flows. The method must have been chosen.
///
/// Scatter and mean are those of theory::ScatteringStates, at leading order in lambda, for the
/// levels of the first realization. As energies relax both become smaller, their ratio stays of the
/// same size. Random levels scatter besides; that is not in it.
///
/// An antithetic pair of Lanczos chains cancels the first order, for which there is a formula, and
/// has a second order that a single chain has on top. That is taken from measurements:
/// `pair_scatter` times D the variance by diagonalization.
///
/// What noise reduction leaves of a diagonalized realization's scatter is remaining_variance().
double expected_relative_error(const model::Experiment& experiment,
                               const dynamics::SolverOptions& options, std::uint64_t realizations);

/// Realizations after which that error is `target`.
double realizations_for(const model::Experiment& experiment, const dynamics::SolverOptions& options,
                        double target);

}  // namespace rmtheat::planning
