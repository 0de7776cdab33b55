#pragma once

#include <cstddef>

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/linalg/eigensolver.hpp"

namespace rmtheat::dynamics {

/// How a group of ranks diagonalizes one H.
struct DiagonalizationPlan {
  linalg::MatrixShape shape;  ///< process grid and blocks of H and of the eigenvectors
  linalg::Eigensolver eigensolver = linalg::Eigensolver::scalapack;
};

/// The options' choices, and for those left open:
/// - grid: one row of processes up to 8 ranks, 15 to 20 % faster than one column for the Hermitian
///   eigenproblem; beyond, where its panels would get too narrow, the grid nearest to a square that
///   leaves at most a tenth of the ranks out (they still share in the time evolution), none for
///   ELPA;
/// - blocks: linalg::default_block_size();
/// - eigensolver: LAPACK on one rank, ScaLAPACK on more.
DiagonalizationPlan plan_diagonalization(std::size_t dimension, int ranks,
                                         const SolverOptions& options);

}  // namespace rmtheat::dynamics
