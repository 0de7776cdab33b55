#pragma once

#include <cstddef>

#include "rmtheat/dynamics/diagonalization/plan.hpp"
#include "rmtheat/dynamics/solver_options.hpp"

namespace rmtheat::planning {

/// The options' choices, and for those left open:
/// - grid: one row of processes up to 8 ranks, 15 to 20 % faster than one column for the Hermitian
///   eigenproblem; beyond, where its panels would get too narrow, the grid nearest to a square that
///   leaves at most a tenth of the ranks out (they still share in the time evolution), none for
///   ELPA;
/// - blocks: linalg::default_block_size();
/// - eigensolver: LAPACK on one rank, ScaLAPACK on more.
dynamics::DiagonalizationPlan plan_diagonalization(std::size_t dimension, int ranks,
                                                   const dynamics::SolverOptions& options);

}  // namespace rmtheat::planning
