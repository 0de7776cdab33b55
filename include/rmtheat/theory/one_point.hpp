#pragma once

#include <array>
#include <complex>
#include <span>
#include <utility>
#include <vector>

#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::theory {

/// <e^(-iEx)> and <E e^(-iEx)> over the states of one system: samples over x.
struct SystemAverage {
  std::vector<model::Complex> phase;
  std::vector<model::Complex> energy;
  std::vector<model::Complex> square;  ///< <E^2 e^(-iEx)>; with statistics
};

/// Over the states of both.
using SystemAverages = std::array<SystemAverage, 2>;

/// <e^(-iex)> and <O e^(-iex)> over the product states, e = E_1 + E_2: samples over x.
struct PhaseAverage {
  std::vector<model::Complex> phase;
  /// Of O = E_1 and E_2; with statistics then of E_1^2, E_1 E_2 and E_2^2, energies being taken
  /// from their means at infinite temperature.
  std::vector<std::vector<model::Complex>> energy;
};

/// All that the large-N limit knows of the two systems.
///
/// The predictions are linear in the initial state rho(0), which is either thermal or the
/// derivative that the conductance needs: with beta1 = beta + delta/2 and beta2 = beta - delta/2,
///   d rho(0) / d delta = rho(0) [-(H_1 - <H_1>) + (H_2 - <H_2>)] / 2,
/// multiplied by beta^2, since kappa = dJ_Q/dT_2 = beta^2 dJ_Q/d delta at equal temperatures.
struct OnePointFunctions {
  PhaseAverage infinite;              ///< infinite temperature: f and A_i
  std::vector<PhaseAverage> initial;  ///< R and Rh_i in the thermal state of each temperature pair
  /// The same in the conductance's derivative of that state; empty without conductance.
  std::vector<PhaseAverage> response;
};

/// The same of each system by itself: what the functions are products of.
struct SystemFunctions {
  SystemAverages infinite;
  std::vector<SystemAverages> initial;
  /// The derivative is a sum of two products; empty without conductance.
  std::vector<std::array<SystemAverages, 2>> response;
};

/// The functions of each system at each x of `xs`.
SystemFunctions system_functions(const Setting& setting, std::span<const double> xs);

/// The functions at each x of `xs`.
OnePointFunctions one_point_functions(const Setting& setting, std::span<const double> xs);

/// From where the averages take the energies of both systems: 0, with statistics their means at
/// infinite temperature, so that squares keep their digits.
std::array<double, 2> energy_origins(const Setting& setting);

/// The first time from which on every function is negligible, `end` where there is none before it:
/// the averages of smooth densities decay within a few times their inverse width.
double decay_time(const Setting& setting, double end);

/// Lowest and highest total energy that matter to the setting, up to a relative `tolerance` of the
/// densities; exact for levels.
std::pair<double, double> total_energy_range(const Setting& setting, double tolerance);

/// Throws InputError when a temperature is not admissible, std::invalid_argument when the setting
/// is incomplete or its times do not ascend from 0.
void require_valid(const Setting& setting);

}  // namespace rmtheat::theory
