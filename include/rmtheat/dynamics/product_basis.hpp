#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "rmtheat/model/experiment.hpp"

namespace rmtheat::dynamics {

/// Operators that are diagonal in the product basis |i>|j>, as vectors over the basis index
/// a = i N2 + j: of length D = N1 N2, or a slab of it.
using Diagonal = std::vector<double>;

/// A slab of consecutive product states: those of one rank, or all of them.
struct RowRange {
  std::size_t first = 0;
  std::size_t count = 0;
};

/// The slab of one rank when `dimension` product states are dealt out evenly.
RowRange slab_of(std::size_t dimension, int rank, int ranks);

/// The energies of systems 1 and 2 in each product state.
std::array<Diagonal, 2> system_energies(const std::array<std::vector<double>, 2>& levels);
std::array<Diagonal, 2> system_energies(const std::array<std::vector<double>, 2>& levels,
                                        RowRange rows);

/// The element-wise product of two diagonal operators.
Diagonal product(const Diagonal& left, const Diagonal& right);

/// E_1^2, E_1 E_2 and E_2^2 in each product state: of systems i and j, from 0, at index i + j.
std::array<Diagonal, 3> energy_products(const std::array<Diagonal, 2>& energies);

/// Weights of the initial state in each product state.
Diagonal initial_weights(const std::array<std::vector<double>, 2>& levels,
                         const model::InitialState& state);
Diagonal initial_weights(const std::array<std::vector<double>, 2>& levels,
                         const model::InitialState& state, RowRange rows);

/// Derivative of the initial weights with respect to delta at beta1 = beta + delta/2,
/// beta2 = beta - delta/2, delta = 0: p_a [-(E_1 - <E_1>) + (E_2 - <E_2>)] / 2. Evolved like a
/// state, it gives the conductance kappa = beta^2 dJ_Q/ddelta without finite differences.
Diagonal temperature_bias(const std::array<std::vector<double>, 2>& levels, double beta);
Diagonal temperature_bias(const std::array<std::vector<double>, 2>& levels, double beta,
                          RowRange rows);

}  // namespace rmtheat::dynamics
