#pragma once

#include <vector>

#include "rmtheat/model/observable/table.hpp"

namespace rmtheat::model {

/// The quantities that are simulated and predicted as functions of time, with E_i(t) = Tr rho(t)
/// H_i and E_int = lambda <V>.
namespace fields {

inline const Field energy_1{"energy_1", "energy", "energy of system 1, Tr rho(t) H_1"};
inline const Field energy_2{"energy_2", "energy", "energy of system 2, Tr rho(t) H_2"};
inline const Field interaction_energy{"interaction_energy", "energy",
                                      "energy of the coupling, lambda <V>"};
/// J_i = dE_i/dt
inline const Field current_1{"current_1", "energy^2 / hbar", "energy current into system 1"};
inline const Field current_2{"current_2", "energy^2 / hbar", "energy current into system 2"};
/// J_Q, see heat_current()
inline const Field heat_current{"heat_current", "energy^2 / hbar",
                                "heat current from system 2 into system 1, (1-s) J_1 - s J_2"};
/// P_W = J_1 + J_2 = -dE_int/dt
inline const Field work_power{"work_power", "energy^2 / hbar",
                              "power of the coupling on the pair, J_1 + J_2"};
/// Sigma, of a diagonalized realization >= 0 (the relative entropy of rho(t) to rho(0)); of random
/// pure states on average alone
inline const Field entropy_production{"entropy_production", "k_B",
                                      "beta1 (E_1(t) - E_1(0)) + beta2 (E_2(t) - E_2(0))"};
/// kappa = dJ_Q/dT_2 at T_1 = T_2
inline const Field conductance{
    "conductance", "k_B energy / hbar",
    "dJ_Q/dT_2 at equal temperatures, inverse temperature (beta1 + beta2)/2"};

inline const std::array energies = {energy_1, energy_2};
inline const std::array currents = {current_1, current_2};

}  // namespace fields

/// These, as rows of the table.
std::vector<Observable> standard_observables();

}  // namespace rmtheat::model
