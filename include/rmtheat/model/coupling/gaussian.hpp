#pragma once

#include "rmtheat/model/coupling/law.hpp"

namespace rmtheat::model {

/// The Gaussian ensembles, one full matrix on the whole product space. Elements are drawn from
/// (seed, realization, row, column) in the lower triangle and reflected. The spectrum fills [-2, 2]
/// as D grows, so that the coupling strength has units of energy.

/// GUE: Hermitian, E|V_ab|^2 = 1/D for all a, b (diagonal real, variance 1/D).
LawPointer gaussian_unitary();
/// GOE: real symmetric, variance 1/D off the diagonal, 2/D on it.
LawPointer gaussian_orthogonal();

}  // namespace rmtheat::model
