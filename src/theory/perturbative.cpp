#include "rmtheat/theory/perturbative.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rmtheat/model/observable/table.hpp"

namespace rmtheat::theory {
namespace {

constexpr int even = 1;
constexpr int odd = -1;

/// The energies, currents and interaction energy that follow from the currents.
model::Evolution evolution_of(const Setting& setting, std::size_t pair, const TimeGrid& grid,
                              const Interpolation& at_times, const CurrentPair& currents) {
  model::Evolution evolution;
  evolution.betas = setting.betas[pair];
  evolution.interaction.resize(setting.times.size());
  for (std::size_t i = 0; i < 2; ++i) {
    const double initial = setting.systems[i]->mean_energy(setting.betas[pair][i]);
    evolution.rate[i] = at_times(currents[i], odd);
    evolution.energy[i] = at_times(grid.integrate(currents[i], odd), even);
    for (std::size_t k = 0; k < setting.times.size(); ++k) {
      evolution.interaction[k] -= evolution.energy[i][k];
      evolution.energy[i][k] = initial + evolution.energy[i][k];
    }
  }
  return evolution;
}

std::vector<model::Evolution> evolutions_of(const Setting& setting, const TimeGrid& grid,
                                            const CurrentFormula& formula) {
  const auto functions = one_point_functions(setting, grid.times());
  const Interpolation at_times(grid, setting.times);
  std::vector<model::Evolution> evolutions;
  for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
    evolutions.push_back(evolution_of(setting, pair, grid, at_times,
                                      formula(grid, functions.infinite, functions.initial[pair])));
    const auto response = formula(grid, functions.infinite, functions.response[pair]);
    evolutions.back().conductance = model::heat_current(
        setting.work_share, {at_times(response[0], odd), at_times(response[1], odd)});
  }
  return evolutions;
}

/// The largest difference of each pair's currents to those on another grid.
std::vector<double> change_of_currents(const std::vector<model::Evolution>& evolutions,
                                       const Setting& setting, const TimeGrid& grid,
                                       const CurrentFormula& formula) {
  const auto functions = one_point_functions(setting, grid.times());
  const Interpolation at_times(grid, setting.times);
  std::vector<double> result;
  for (std::size_t pair = 0; pair < evolutions.size(); ++pair) {
    const auto currents = formula(grid, functions.infinite, functions.initial[pair]);
    double largest = 0.0;
    for (std::size_t i = 0; i < 2; ++i) {
      const auto other = at_times(currents[i], odd);
      const auto& curve = evolutions[pair].rate[i];
      for (std::size_t k = 0; k < other.size(); ++k) {
        largest = std::max(largest, std::abs(curve[k] - other[k]));
      }
    }
    result.push_back(largest);
  }
  return result;
}

}  // namespace

Prediction perturbative_prediction(const Setting& setting, const CurrentFormula& currents) {
  require_valid(setting);
  const auto [low, high] = total_energy_range(setting, negligible_density);
  const TimeGrid grid(setting.times.back(), high - low);
  const auto evolutions = evolutions_of(setting, grid, currents);
  Prediction prediction;
  prediction.curves = model::observe(evolutions, setting.times.size(), setting.work_share);
  prediction.attributes["error_estimate"] =
      change_of_currents(evolutions, setting, grid.coarsened(), currents);
  return prediction;
}

}  // namespace rmtheat::theory
