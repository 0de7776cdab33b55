#pragma once

#include <string>

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/planning/layout.hpp"

namespace rmtheat::planning {

/// The golden-rule rate at which the systems exchange energy, 2 pi lambda^2 rho with rho the
/// density of total energies at its centre, times the last time. Infinite for levels without a
/// width.
double relaxation_by_the_end(const model::Experiment& experiment);

/// Of relaxation_by_the_end(), see efficient_noise_reduction().
inline constexpr double pairs_pay_off_below = 2.5;

/// Of Lanczos chains: the noise reduction whose ensemble mean has the smaller error after the same
/// time.
///
/// None where V and -V are not equally likely: their mean is then no ensemble mean.
///
/// Pairs cost twice as much as single chains. They cancel what scatters in first order in the
/// coupling, which is most of it until energies have relaxed; later the two chains of a pair
/// scatter alike. Error x sqrt(time) at the last time, measured for D from 1300 to 2500, lambda
/// from 0.03 to 1, is equal where relaxation_by_the_end() is about 2.5, that is at lambda = 0.4 for
/// t = 10 and systems of unit variance.
dynamics::NoiseReduction efficient_noise_reduction(const model::Experiment& experiment);

/// Whether a Lanczos recursion can have this coupling as the options say: stored, drawn as it is
/// used or by a product of its own.
bool can_be_multiplied(const model::CouplingLaw& coupling, const dynamics::SolverOptions& options);

/// The method of a job, nothing automatic about it that it uses, and why it is the one.
struct MethodChoice {
  dynamics::Method method = dynamics::Method::diagonalization;
  dynamics::NoiseReduction noise_reduction = dynamics::NoiseReduction::none;
  std::string description;  ///< both in words, with the reason where it was chosen here
};

/// What solver.method = auto and solver.noise_reduction = auto mean here: the more efficient of
/// each, but Lanczos where the matrix does not fit in the memory of all ranks together. What is not
/// automatic is returned as it is. Methods are compared by the error of the late heat current after
/// the same time, ExpectedError::after() times the square root of realization_cost().
MethodChoice choose_method(const model::Experiment& experiment,
                           const dynamics::SolverOptions& options, const Machine& machine);

}  // namespace rmtheat::planning
