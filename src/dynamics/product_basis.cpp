#include "rmtheat/dynamics/product_basis.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>

namespace rmtheat::dynamics {
namespace {

using Levels = std::array<std::vector<double>, 2>;

template <class F>
Diagonal over_product_states(const Levels& levels, RowRange rows, F value) {
  Diagonal diagonal;
  diagonal.reserve(rows.count);
  for (std::size_t a = rows.first; a < rows.first + rows.count; ++a) {
    diagonal.push_back(value(a / levels[1].size(), a % levels[1].size()));
  }
  return diagonal;
}

RowRange all_rows(const Levels& levels) { return {0, levels[0].size() * levels[1].size()}; }

}  // namespace

RowRange slab_of(std::size_t dimension, int rank, int ranks) {
  const auto begin = [&](int r) {
    const auto parts = static_cast<std::size_t>(ranks);
    const auto part = static_cast<std::size_t>(r);
    return dimension / parts * part + std::min(dimension % parts, part);
  };
  return {begin(rank), begin(rank + 1) - begin(rank)};
}

std::array<Diagonal, 2> system_energies(const Levels& levels) {
  return system_energies(levels, all_rows(levels));
}

std::array<Diagonal, 2> system_energies(const Levels& levels, RowRange rows) {
  return {
      over_product_states(levels, rows, [&](std::size_t i, std::size_t) { return levels[0][i]; }),
      over_product_states(levels, rows, [&](std::size_t, std::size_t j) { return levels[1][j]; })};
}

Diagonal product(const Diagonal& left, const Diagonal& right) {
  Diagonal result(left.size());
  std::ranges::transform(left, right, result.begin(), std::multiplies<>());
  return result;
}

std::array<Diagonal, 3> energy_products(const std::array<Diagonal, 2>& energies) {
  const auto& [first, second] = energies;
  return {product(first, first), product(first, second), product(second, second)};
}

Diagonal initial_weights(const Levels& levels, const model::InitialState& state) {
  return initial_weights(levels, state, all_rows(levels));
}

Diagonal initial_weights(const Levels& levels, const model::InitialState& state, RowRange rows) {
  const auto p1 = state.weights(0, levels[0]);
  const auto p2 = state.weights(1, levels[1]);
  return over_product_states(levels, rows,
                             [&](std::size_t i, std::size_t j) { return p1[i] * p2[j]; });
}

Diagonal temperature_bias(const Levels& levels, double beta) {
  return temperature_bias(levels, beta, all_rows(levels));
}

Diagonal temperature_bias(const Levels& levels, double beta, RowRange rows) {
  const auto p1 = model::thermal_weights(levels[0], beta);
  const auto p2 = model::thermal_weights(levels[1], beta);
  const double mean_1 = std::inner_product(p1.begin(), p1.end(), levels[0].begin(), 0.0);
  const double mean_2 = std::inner_product(p2.begin(), p2.end(), levels[1].begin(), 0.0);
  return over_product_states(levels, rows, [&](std::size_t i, std::size_t j) {
    return 0.5 * p1[i] * p2[j] * ((levels[1][j] - mean_2) - (levels[0][i] - mean_1));
  });
}

}  // namespace rmtheat::dynamics
