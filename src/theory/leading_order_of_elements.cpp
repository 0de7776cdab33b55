#include "rmtheat/theory/leading_order_of_elements.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <utility>

#include "energy_nodes.hpp"
#include "product_states.hpp"
#include "rmtheat/model/observable/table.hpp"
#include "rmtheat/support/blas.hpp"
#include "rmtheat/theory/leading_order.hpp"
#include "second_moments.hpp"

namespace rmtheat::theory {
namespace {

/// Relative second moments D E|V_ab|^2 between nodes.
using Moments = std::function<double(std::size_t row, std::size_t column)>;

/// The rates of the currents of every initial state, then of every response, for lambda = 1.
std::vector<Currents> rates(const TotalEnergy& total, const Moments& moments,
                            const std::vector<double>& times) {
  constexpr std::size_t rows_at_once = 256;
  constexpr std::size_t times_at_once = 128;
  const std::size_t size = total.node.size();
  std::vector<const EnergyMeasure*> states;
  for (const auto* measures : {&total.initial, &total.response}) {
    for (const auto& measure : *measures) {
      states.push_back(&measure);
    }
  }
  std::vector<Currents> result(states.size());
  for (std::size_t s = 0; s < states.size(); ++s) {
    result[s].resize(states[s]->energy.size(), std::vector<double>(times.size()));
  }
  std::vector<const std::vector<double>*> partners = {&total.infinite.probability};
  for (const auto& energy : total.infinite.energy) {
    partners.push_back(&energy);
  }
  const std::size_t width = 2 * partners.size();
  for (std::size_t first_time = 0; first_time < times.size(); first_time += times_at_once) {
    const std::size_t count = std::min(times_at_once, times.size() - first_time);
    // Of each time cos(e_a t) and sin(e_a t), and the columns that S is applied to.
    Matrix phases(size, 2 * count);
    Matrix columns(size, width * count);
    for (std::size_t k = 0; k < count; ++k) {
      for (std::size_t a = 0; a < size; ++a) {
        const double phase = total.node[a] * times[first_time + k];
        phases.column(2 * k)[a] = std::cos(phase);
        phases.column(2 * k + 1)[a] = std::sin(phase);
        for (std::size_t c = 0; c < partners.size(); ++c) {
          double* column = columns.column(width * k + 2 * c);
          column[a] = (*partners[c])[a] * phases.column(2 * k)[a];
          column[size + a] = (*partners[c])[a] * phases.column(2 * k + 1)[a];
        }
      }
    }
    for (std::size_t first = 0; first < size; first += rows_at_once) {
      const std::size_t rows = std::min(rows_at_once, size - first);
      Matrix block(rows, size);
      for (std::size_t b = 0; b < size; ++b) {
        for (std::size_t a = 0; a < rows; ++a) {
          block.column(b)[a] = moments(first + a, b);
        }
      }
      const auto sums = product(block, false, 0, columns);
      for (std::size_t k = 0; k < count; ++k) {
        const double* cosine = phases.column(2 * k) + first;
        const double* sine = phases.column(2 * k + 1) + first;
        // Re e^(-i e_a t) sum_b S_ab e^(i e_b t) x_b
        const auto correlation = [&](std::size_t c, std::size_t a) {
          return cosine[a] * sums.column(width * k + 2 * c)[a] +
                 sine[a] * sums.column(width * k + 2 * c + 1)[a];
        };
        for (std::size_t a = 0; a < rows; ++a) {
          const double back = correlation(0, a);
          for (std::size_t i = 0; i < 2; ++i) {
            const double there = correlation(1 + i, a);
            for (std::size_t s = 0; s < states.size(); ++s) {
              result[s][i][first_time + k] += 2.0 * (states[s]->probability[first + a] * there -
                                                     states[s]->energy[i][first + a] * back);
            }
          }
          for (std::size_t s = 0; s < states.size(); ++s) {
            const auto here = [&](std::size_t c) {
              return c == 0 ? states[s]->probability[first + a]
                            : states[s]->energy[c - 1][first + a];
            };
            for (std::size_t c = 2; c < result[s].size(); ++c) {
              result[s][c][first_time + k] +=
                  2.0 * second_moment_product(
                            (c - 2) / 2, (c - 1) / 2,
                            [&](std::size_t partner) { return correlation(partner, a); }, here);
            }
          }
        }
      }
    }
  }
  return result;
}

/// As time_grid(); under a profile currents become straight lines later, by its own time.
TimeGrid grid_of_elements(const Setting& setting) {
  if (setting.coupling->is_random() && is_continuum(setting)) {
    const double last = setting.times.back();
    const auto [low, high] = total_energy_range(setting, negligible_density);
    const double decay = decay_time(setting, last) + profile_time(setting);
    return {std::min(last, decay / 0.7), high - low};
  }
  return time_grid(setting);
}

/// Nodes, and second moments between them.
std::pair<TotalEnergy, Moments> elements(const Setting& setting, double time) {
  const auto& law = *setting.coupling;
  if (law.is_random()) {
    auto total = profile_nodes(setting, time);
    auto profile = [&law, node = total.node](std::size_t a, std::size_t b) {
      return law.profile(node[a] - node[b]);
    };
    return {std::move(total), std::move(profile)};
  }
  model::SystemLevels levels;
  for (std::size_t i = 0; i < 2; ++i) {
    levels[i] = setting.systems[i]->discretized(0.0, 0.0, 0.0).energies();
  }
  const auto dimension = static_cast<double>(levels[0].size() * levels[1].size());
  auto given = [&law, levels = std::move(levels), dimension](std::size_t a, std::size_t b) {
    return dimension * law.second_moment(a, b, levels);
  };
  return {product_states(setting, 0.0), std::move(given)};
}

}  // namespace

Prediction leading_order_of_elements(const Setting& setting) {
  require_valid(setting);
  const auto grid = grid_of_elements(setting);
  const auto [total, moments] = elements(setting, grid.times().back());
  auto currents = rates(total, moments, grid.times());
  const double order_2 = setting.strength * setting.strength;
  for (auto& pair : currents) {
    for (auto& current : pair) {
      std::ranges::for_each(current, [order_2](double& rate) { rate *= order_2; });
      current = grid.integrate(current, 1);
    }
  }
  auto prediction = prediction_of_currents(setting, grid, currents);
  if (is_continuum(setting)) {
    add_plateaus(prediction, setting, total_energy(setting, 0.0));
  }
  return prediction;
}

Plan leading_order_of_elements_cost(const Setting& setting) {
  constexpr double of_element = 60.0;
  const auto times = grid_of_elements(setting).times();
  const auto grid_times = static_cast<double>(times.size());
  double states = 1.0;
  if (setting.coupling->is_random()) {
    states = profile_sizes(setting, times.back()).nodes;
  } else {
    for (const auto& system : setting.systems) {
      states *= static_cast<double>(system->discretized(0.0, 0.0, 0.0).size());
    }
  }
  const double speed = 6.0;  // of products of matrices, in terms of other operations
  return {states * states *
              ((setting.with_statistics ? 24.0 : 12.0) * grid_times / speed +
               of_element * (grid_times / 128.0 + 1.0)),
          states * (128.0 * (setting.with_statistics ? 14.0 : 8.0) + 256.0) * 8.0, ""};
}

}  // namespace rmtheat::theory
