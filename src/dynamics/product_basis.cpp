#include "rmtheat/dynamics/product_basis.hpp"

#include <cstddef>
#include <numeric>

namespace rmtheat::dynamics {
namespace {

template <class F>
Diagonal over_product_states(const std::array<std::vector<double>, 2>& levels, F value) {
  Diagonal diagonal;
  diagonal.reserve(levels[0].size() * levels[1].size());
  for (std::size_t i = 0; i < levels[0].size(); ++i) {
    for (std::size_t j = 0; j < levels[1].size(); ++j) {
      diagonal.push_back(value(i, j));
    }
  }
  return diagonal;
}

}  // namespace

std::array<Diagonal, 2> system_energies(const std::array<std::vector<double>, 2>& levels) {
  return {over_product_states(levels, [&](std::size_t i, std::size_t) { return levels[0][i]; }),
          over_product_states(levels, [&](std::size_t, std::size_t j) { return levels[1][j]; })};
}

Diagonal initial_weights(const std::array<std::vector<double>, 2>& levels,
                         const model::TemperaturePair& temperatures) {
  const auto p1 = model::thermal_weights(levels[0], temperatures.beta1);
  const auto p2 = model::thermal_weights(levels[1], temperatures.beta2);
  return over_product_states(levels, [&](std::size_t i, std::size_t j) { return p1[i] * p2[j]; });
}

Diagonal temperature_bias(const std::array<std::vector<double>, 2>& levels, double beta) {
  const auto p1 = model::thermal_weights(levels[0], beta);
  const auto p2 = model::thermal_weights(levels[1], beta);
  const double mean_1 = std::inner_product(p1.begin(), p1.end(), levels[0].begin(), 0.0);
  const double mean_2 = std::inner_product(p2.begin(), p2.end(), levels[1].begin(), 0.0);
  return over_product_states(levels, [&](std::size_t i, std::size_t j) {
    return 0.5 * p1[i] * p2[j] * ((levels[1][j] - mean_2) - (levels[0][i] - mean_1));
  });
}

}  // namespace rmtheat::dynamics
