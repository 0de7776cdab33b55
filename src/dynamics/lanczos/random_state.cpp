#include "rmtheat/dynamics/lanczos/random_state.hpp"

#include <cmath>
#include <complex>
#include <numbers>
#include <type_traits>

namespace rmtheat::dynamics {

template <class T>
std::vector<T> random_phase_state(std::span<const double> weights, RowRange slab,
                                  const PhiloxStream& random, std::uint64_t chain) {
  std::vector<T> state;
  state.reserve(weights.size());
  std::uint64_t row = slab.first;
  for (const double weight : weights) {
    const double u = random.uniform_pair(row++, chain)[0];
    const double modulus = std::sqrt(weight);
    if constexpr (std::is_same_v<T, double>) {
      state.push_back(u < 0.5 ? modulus : -modulus);
    } else {
      state.push_back(std::polar(modulus, 2.0 * std::numbers::pi * u));
    }
  }
  return state;
}

template std::vector<double> random_phase_state(std::span<const double>, RowRange,
                                                const PhiloxStream&, std::uint64_t);
template std::vector<std::complex<double>> random_phase_state(std::span<const double>, RowRange,
                                                              const PhiloxStream&, std::uint64_t);

}  // namespace rmtheat::dynamics
