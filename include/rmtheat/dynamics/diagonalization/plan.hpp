#pragma once

#include "rmtheat/linalg/eigensolver/eigensolver.hpp"

namespace rmtheat::dynamics {

/// How a group of ranks diagonalizes one H.
struct DiagonalizationPlan {
  linalg::MatrixShape shape;  ///< process grid and blocks of H and of the eigenvectors
  linalg::Eigensolver eigensolver = linalg::Eigensolver::scalapack;
  linalg::TridiagonalizationChoice tridiagonalization = linalg::TridiagonalizationChoice::automatic;
};

}  // namespace rmtheat::dynamics
