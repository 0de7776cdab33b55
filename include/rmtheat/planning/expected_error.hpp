#pragma once

#include <cstdint>
#include <span>

#include "rmtheat/dynamics/diagonalization/plan.hpp"
#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::planning {

/// How far the heat current averaged over the late times (the second half) scatters from one
/// realization to the next, relative to its mean; the largest of the initial states, infinite where
/// no current flows.
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
class ExpectedError {
 public:
  /// Whether `control` is read: by a diagonalization with noise reduction.
  static bool reads_control(const dynamics::SolverOptions& options);

  /// The method must have been chosen. `control` is that of control_coefficients(), empty where it
  /// is not read.
  ExpectedError(const model::Experiment& experiment, const dynamics::SolverOptions& options,
                std::span<const dynamics::ControlCoefficients> control);

  /// The standard error of the mean of so many realizations over the mean itself.
  [[nodiscard]] double after(std::uint64_t realizations) const;

  /// Realizations after which that error is `target`.
  [[nodiscard]] double realizations_for(double target) const;

 private:
  double relative_variance_ = 0.0;
};

}  // namespace rmtheat::planning
