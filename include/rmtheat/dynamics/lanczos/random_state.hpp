#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rmtheat/dynamics/product_basis.hpp"
#include "rmtheat/support/philox.hpp"

namespace rmtheat::dynamics {

/// The random pure state psi = sum_a sqrt(w_a) z_a |a> for weights w_a >= 0 of a slab of product
/// states. The z_a are independent with E z_a conj(z_b) = delta_ab: phases e^(i theta), theta
/// uniform, for complex T; signs +-1 for real T. The average of |psi><psi| is then diag(w), and for
/// real H a real state is evolved at half the memory. Drawn from (row, chain) of `random`.
template <class T>
std::vector<T> random_phase_state(std::span<const double> weights, RowRange slab,
                                  const PhiloxStream& random, std::uint64_t chain);

}  // namespace rmtheat::dynamics
