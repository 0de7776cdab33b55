#pragma once

#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::dynamics {

/// The method whose ensemble mean has the smaller error after the same time.
///
/// A diagonalization costs about D^3, a Lanczos chain of K vectors about 3 D K^2, both in units of
/// about 1e-9 s of one core. One random state scatters about sqrt(0.15 D / lambda) times as much as
/// the full trace (measured for D from 400 to 2000, lambda = 0.1 and 0.3, t = 10). Error^2 times
/// time is then equal at D = K^2 / (2 lambda), about 10^4 for K = 75 and lambda = 0.3.
Method efficient_method(const model::Experiment& experiment);

}  // namespace rmtheat::dynamics
