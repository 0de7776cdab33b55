#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace rmtheat::model {

/// The quantities that are simulated and predicted as functions of time.
///
/// With E_i(t) = Tr rho(t) H_i and E_int = lambda <V>:
///   current_i          J_i = dE_i/dt, energy current into system i
///   heat_current       J_Q = (1-s) J_1 - s J_2, heat current from system 2 into system 1; s is the
///                      work share of system 1
///   work_power         P_W = J_1 + J_2 = -dE_int/dt
///   entropy_production Sigma = beta1 (E_1(t) - E_1(0)) + beta2 (E_2(t) - E_2(0)) >= 0
///   conductance        kappa = dJ_Q/dT_2 at T_1 = T_2, at inverse temperature (beta1 + beta2)/2
enum class Observable : std::size_t {
  energy_1,
  energy_2,
  interaction_energy,
  current_1,
  current_2,
  heat_current,
  work_power,
  entropy_production,
  conductance,
};

inline constexpr std::size_t observable_count = 9;

/// How an observable is called in files and tables.
struct ObservableInfo {
  Observable observable;
  std::string_view name;
  std::string_view units;
  std::string_view description;
};

/// All observables, in the order of the enumeration.
inline constexpr std::array<ObservableInfo, observable_count> observable_table = {{
    {Observable::energy_1, "energy_1", "energy", "energy of system 1, Tr rho(t) H_1"},
    {Observable::energy_2, "energy_2", "energy", "energy of system 2, Tr rho(t) H_2"},
    {Observable::interaction_energy, "interaction_energy", "energy",
     "energy of the coupling, lambda <V>"},
    {Observable::current_1, "current_1", "energy^2 / hbar", "energy current into system 1"},
    {Observable::current_2, "current_2", "energy^2 / hbar", "energy current into system 2"},
    {Observable::heat_current, "heat_current", "energy^2 / hbar",
     "heat current from system 2 into system 1, (1-s) J_1 - s J_2"},
    {Observable::work_power, "work_power", "energy^2 / hbar",
     "power of the coupling on the pair, J_1 + J_2"},
    {Observable::entropy_production, "entropy_production", "k_B",
     "beta1 (E_1(t) - E_1(0)) + beta2 (E_2(t) - E_2(0))"},
    {Observable::conductance, "conductance", "k_B energy / hbar",
     "dJ_Q/dT_2 at equal temperatures, inverse temperature (beta1 + beta2)/2"},
}};

constexpr const ObservableInfo& info(Observable observable) {
  return observable_table[static_cast<std::size_t>(observable)];
}

}  // namespace rmtheat::model
