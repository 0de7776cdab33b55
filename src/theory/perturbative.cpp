#include "rmtheat/theory/perturbative.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "ladder.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/model/observable/table.hpp"
#include "rmtheat/theory/total_energy.hpp"
#include "second_moments.hpp"

namespace rmtheat::theory {
namespace {

constexpr int even = 1;
constexpr int odd = -1;

std::vector<Currents> currents_of(const Setting& setting, const TimeGrid& grid,
                                  const CurrentFormula& formula) {
  const auto functions = one_point_functions(setting, grid.times());
  std::vector<Currents> currents;
  for (const auto* states : {&functions.initial, &functions.response}) {
    for (const auto& state : *states) {
      currents.push_back(formula(grid, functions.infinite, state));
      for (std::size_t i = 0; i < 2 && currents.back().size() > 2; ++i) {
        subtract_weighted(currents.back(), i,
                          formula(grid, functions.infinite, weighted_with_energy(state, i)));
      }
    }
  }
  return currents;
}

}  // namespace

TimeGrid time_grid(const Setting& setting) {
  const auto [low, high] = total_energy_range(setting, negligible_density);
  const double last = setting.times.back();
  // Past the decay of all averages the currents are straight lines, which the last quarter shows.
  return {std::min(last, decay_time(setting, last) / 0.7), high - low};
}

namespace {

/// Operations and memory on the grid.
Plan cost_on_grid(const Setting& setting, int orders) {
  constexpr double of_moments = 1500.0;   // averages at one time and temperature
  constexpr double of_density = 4.0;      // in units of five levels
  constexpr double in_cache = 3e5;        // steps beyond which transforms wait for the memory
  constexpr double of_transforms = 50.0;  // Fourier transforms of one initial state
  const auto steps = static_cast<double>(time_grid(setting).times().size());
  // Second moments take each initial state three times.
  const double states =
      ((setting.with_conductance ? 2.0 : 1.0) + (setting.with_statistics ? 3.5 : 0.0)) *
      static_cast<double>(setting.betas.size());
  double levels = 0.0;
  for (const auto& system : setting.systems) {
    levels += system->continuum() == nullptr
                  ? 0.2 * static_cast<double>(system->discretized(0.0, 0.0, 0.0).size())
                  : of_density;
  }
  Plan plan;
  plan.operations = 1.5 * steps * (1.0 + states) * levels * of_moments;
  plan.memory = steps * sizeof(Complex) * 6.0 * (1.0 + states);
  if (orders > 1) {
    plan.operations += 1.5 * states * of_transforms * 16.0 * steps * std::log2(2.0 * steps) *
                       (steps > in_cache ? 3.0 : 1.0);
    plan.memory += steps * sizeof(Complex) * 40.0;
  }
  return plan;
}

/// The setting of a coupling so weak that the expansion's terms are within rounding.
Plan cost_of_bands(const Setting& setting, int orders) {
  auto weak = setting;
  weak.strength = 0.1 / setting.times.back();
  const double runs = orders == 1 ? 1.0 : 10.0;
  const auto total = total_energy(setting, 0.0);
  const auto states = static_cast<double>(total.node.size());
  return {runs * cost_in_bands(weak, total), 8.0 * states * states * 24.0 * 12.0, ""};
}

}  // namespace

bool perturbation_in_bands(const Setting& setting, int orders) {
  constexpr double little = 4e9;
  const bool levels =
      setting.systems[0]->continuum() == nullptr && setting.systems[1]->continuum() == nullptr;
  if (!levels || setting.times.back() == 0.0) {
    return false;
  }
  const double on_grid = cost_on_grid(setting, orders).operations;
  return on_grid > little && least_cost_in_bands(total_energy(setting, 0.0)) < on_grid &&
         cost_of_bands(setting, orders).operations < on_grid;
}

Plan perturbative_cost(const Setting& setting, int orders) {
  return perturbation_in_bands(setting, orders) ? cost_of_bands(setting, orders)
                                                : cost_on_grid(setting, orders);
}

Prediction prediction_in_bands(const Setting& setting, int orders) {
  return prediction_of(expansion_in_bands(setting, total_energy(setting, 0.0), orders), setting);
}

void add_curves(Prediction& prediction, const model::Curves& added) {
  for (const auto& field : added.fields()) {
    std::ranges::transform(prediction.curves.values(field), added.values(field),
                           prediction.curves.values(field).begin(), std::plus());
  }
}

std::vector<double> change_on_grid(const Setting& setting, const TimeGrid& grid,
                                   const std::vector<Currents>& currents,
                                   const TimeGrid& other_grid,
                                   const std::vector<Currents>& others) {
  const Interpolation at_times(grid, setting.times);
  const Interpolation at_other_times(other_grid, setting.times);
  std::vector<double> result;
  for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
    double largest = 0.0;
    for (std::size_t i = 0; i < 2; ++i) {
      largest = std::max(largest, largest_difference(at_times(currents[pair][i], odd),
                                                     at_other_times(others[pair][i], odd)));
    }
    result.push_back(largest);
  }
  return result;
}

model::Curves curves_of_changes(const Setting& setting, const TimeGrid& grid,
                                const std::vector<Currents>& currents) {
  const Interpolation at_times(grid, setting.times);
  std::vector<model::Evolution> evolutions;
  const std::size_t pairs = setting.betas.size();
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    auto& evolution = evolutions.emplace_back();
    evolution.betas = setting.betas[pair];
    for (std::size_t i = 0; i < 2; ++i) {
      const auto& current = currents[pair][i];
      evolution.rate[i] = at_times(current, odd);
      evolution.energy[i] = at_times(grid.integrate(current, odd), even);
      evolution.interaction.resize(evolution.energy[i].size());
      std::ranges::transform(evolution.interaction, evolution.energy[i],
                             evolution.interaction.begin(), std::minus());
    }
    for (std::size_t k = 2; k < currents[pair].size(); ++k) {
      evolution.second_moments[k - 2] = at_times(grid.integrate(currents[pair][k], odd), even);
    }
    if (setting.with_conductance) {
      const auto& response = currents[pairs + pair];
      evolution.conductance = model::heat_current(
          setting.work_share, {at_times(response[0], odd), at_times(response[1], odd)});
    }
  }
  return model::observe(evolutions, setting.times.size(), setting.work_share);
}

Prediction prediction_of_currents(const Setting& setting, const TimeGrid& grid,
                                  const std::vector<Currents>& currents) {
  Prediction prediction;
  prediction.curves = curves_of_changes(setting, grid, currents);
  for (std::size_t i = 0; i < 2; ++i) {
    auto energies = prediction.curves.values(model::fields::energies[i]);
    for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
      const double initial = setting.systems[i]->mean_energy(setting.betas[pair][i]);
      const auto curve = energies.subspan(pair * setting.times.size(), setting.times.size());
      std::ranges::for_each(curve, [initial](double& energy) { energy += initial; });
    }
  }
  return prediction;
}

Prediction perturbative_prediction(const Setting& setting, const CurrentFormula& formula) {
  require_valid(setting);
  const auto grid = time_grid(setting);
  const auto coarse = grid.coarsened();
  const auto currents = currents_of(setting, grid, formula);
  auto prediction = prediction_of_currents(setting, grid, currents);
  prediction.attributes["error_estimate"] =
      change_on_grid(setting, grid, currents, coarse, currents_of(setting, coarse, formula));
  return prediction;
}

}  // namespace rmtheat::theory
