#pragma once

#include <complex>
#include <span>
#include <type_traits>

#include "rmtheat/parallel/communicator.hpp"

namespace rmtheat::dynamics {

/// Adds the ranks' values element by element, in place. Collective.
template <class T>
void sum_over_ranks(const parallel::Communicator& group, std::span<T> values) {
  if constexpr (std::is_same_v<T, double>) {
    group.all_reduce(values, parallel::Reduction::sum);
  } else {
    // std::complex<double> is layout-compatible with double[2].
    group.all_reduce(std::span(reinterpret_cast<double*>(values.data()), 2 * values.size()),
                     parallel::Reduction::sum);
  }
}

}  // namespace rmtheat::dynamics
