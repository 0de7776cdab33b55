#pragma once

#include <cstddef>
#include <vector>

// Second moments of energies measured twice, from the averages of OnePointFunctions or TotalEnergy
// with statistics. Every formula is linear in the pair of initial weights p and observable O, so
//
//   <DeltaE_i DeltaE_j> = Delta_p[E_i E_j] - Delta_(p E_i)[E_j] - Delta_(p E_j)[E_i]
//
// where Delta_p[O] is what the formula has for the change of O. Systems are i and j, from 0.

namespace rmtheat::theory {

/// The averages that belong to the initial weights p E_i: of no observable but the energies.
template <class Average>
Average weighted_with_energy(const Average& initial, std::size_t i) {
  return {initial.energy[i], {initial.energy[2 + i], initial.energy[3 + i]}};
}

/// Subtracts what the weights p E_i have for the energies, `weighted`, from what p has for
/// observables: those of products, from index 2 on, are then second moments.
inline void subtract_weighted(std::vector<std::vector<double>>& of_observables, std::size_t i,
                              const std::vector<std::vector<double>>& weighted) {
  for (std::size_t j = 0; j < 2; ++j) {
    auto& moment = of_observables[2 + i + j];
    for (std::size_t k = 0; k < moment.size(); ++k) {
      moment[k] -= (i == j ? 2.0 : 1.0) * weighted[j][k];
    }
  }
}

/// Where a formula has a_i r - f rh_i for the change of E_i, it has this for <DeltaE_i DeltaE_j>.
/// infinite(k) and initial(k) are the averages f, a_1, a_2, a_11, a_12, a_22 and r, rh_1, ..., of
/// index k.
template <class Infinite, class Initial>
auto second_moment_product(std::size_t i, std::size_t j, Infinite infinite, Initial initial) {
  return infinite(3 + i + j) * initial(0) + infinite(0) * initial(3 + i + j) -
         infinite(1 + i) * initial(1 + j) - infinite(1 + j) * initial(1 + i);
}

}  // namespace rmtheat::theory
