#pragma once

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::dynamics {

/// Bytes that one of `ranks` ranks needs at the peak of a realization by diagonalization: H, its
/// eigenvectors and the eigensolver's workspace, or H, the eigenvectors and the columns that
/// travel; the panels of the time evolution on top.
double diagonalization_memory(const model::Experiment& experiment, int ranks);

/// About the number of vectors that a Lanczos chain will need to reach the last time: it grows with
/// the time and with the half width of H's spectrum, sum of those of H_1, H_2 and 2 lambda.
double expected_lanczos_vectors(const model::Experiment& experiment);

/// Bytes that one of `ranks` ranks needs for its rows of a Lanczos chain, and of V where stored.
double lanczos_memory(const model::Experiment& experiment, const SolverOptions& options, int ranks);

/// The one of these that belongs to options.method, which must not be automatic.
double realization_memory(const model::Experiment& experiment, const SolverOptions& options,
                          int ranks);

}  // namespace rmtheat::dynamics
