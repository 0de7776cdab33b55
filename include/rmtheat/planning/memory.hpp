#pragma once

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::planning {

/// Half the width of H's spectrum, about: the sum of those of H_1, H_2 and lambda V.
double expected_half_width(const model::Experiment& experiment);

/// Bytes that one of `ranks` ranks needs at the peak of a realization by diagonalization: H, its
/// eigenvectors and the eigensolver's workspace, the columns that travel between ranks, whole
/// columns and the buffers to gather them where the process grid has several rows, and the panels
/// of the time evolution.
///
/// For large D, in units of D^2 / P elements on each of P ranks: 3 for complex and 4 for real H on
/// one rank with LAPACK; with ScaLAPACK 3.5 and 4 on one or two ranks, 4.5 and 5 on more. On a grid
/// of several rows up to 1.5 beyond, but no more than 1.5 linalg::redistribution_panel / P
/// elements.
double diagonalization_memory(const model::Experiment& experiment,
                              const dynamics::SolverOptions& options, int ranks);

/// About the number of vectors that a Lanczos chain will need to reach the last time: it grows with
/// the time and with the half width of H's spectrum.
double expected_lanczos_vectors(const model::Experiment& experiment);

/// Bytes that one of `ranks` ranks needs for its rows of a Lanczos chain, and for V where it is
/// stored or known by its factors.
double lanczos_memory(const model::Experiment& experiment, const dynamics::SolverOptions& options,
                      int ranks);

/// Bytes of a process before its first realization: code, MPI, predictions.
inline constexpr double process_memory = 32.0 * 1024.0 * 1024.0;

/// What one of `ranks` processes needs in all: the one of these that belongs to options.method,
/// which must not be automatic, and process_memory.
double realization_memory(const model::Experiment& experiment,
                          const dynamics::SolverOptions& options, int ranks);

}  // namespace rmtheat::planning
