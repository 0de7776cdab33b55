#pragma once

#include <vector>

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/linalg/eigensolver/eigensolver.hpp"

namespace rmtheat::dynamics {

/// What of the control variate is subtracted in one initial state, numbers between 0 and 1, (T)
/// each: fixed beforehand, so that averages stay what they are.
struct ControlCoefficients {
  std::vector<double> energy;              ///< from energies
  std::vector<double> rate;                ///< from their rates
  std::vector<double> conductance;         ///< empty without conductance
  std::vector<double> second_moment = {};  ///< empty without statistics
};

/// How a group of ranks diagonalizes one H, and what it makes of it.
struct DiagonalizationPlan {
  linalg::MatrixShape shape;  ///< process grid and blocks of H and of the eigenvectors
  linalg::Eigensolver eigensolver = linalg::Eigensolver::scalapack;
  linalg::TridiagonalizationChoice tridiagonalization = linalg::TridiagonalizationChoice::automatic;
  NoiseReduction noise_reduction = NoiseReduction::none;
  std::vector<ControlCoefficients> control = {};  ///< of each initial state; where has_control()
};

}  // namespace rmtheat::dynamics
