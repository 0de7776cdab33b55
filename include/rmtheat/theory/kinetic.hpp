#pragma once

#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::theory {

/// The kinetic limit: lambda to 0 at fixed lambda^2 t. Each shell of total energy e relaxes on its
/// own to the mean of E_i at infinite temperature in that shell, at the golden-rule rate:
///
///   E_i(t) = integral P(e) [h_i(e) + (h0_i(e) - h_i(e)) e^(-Gamma(e) t)] de,
///   Gamma(e) = 2 pi lambda^2 rho(e)
///
/// with rho and P the densities of the total energy at infinite temperature and in the initial
/// state, h_i and h0_i the mean of E_i at given e in each. The interaction energy vanishes in this
/// limit and is no part of the prediction.
///
/// Throws InputError unless both systems are continuum densities: levels have no golden-rule rate;
/// NumericalError for an initial state too cold for its density to be represented.
Prediction kinetic(const Setting& setting);

}  // namespace rmtheat::theory
