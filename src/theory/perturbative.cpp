#include "rmtheat/theory/perturbative.hpp"

#include <algorithm>
#include <cmath>

namespace rmtheat::theory {
namespace {

using model::Curves;
using model::Observable;

constexpr int even = 1;
constexpr int odd = -1;

void fill_energies(Curves& curves, std::size_t pair, const Setting& setting, const TimeGrid& grid,
                   const CurrentPair& currents) {
  const auto [beta1, beta2] = setting.temperatures[pair];
  const std::array initial = {setting.system_1->mean_energy(beta1),
                              setting.system_2->mean_energy(beta2)};
  const std::array energies = {Observable::energy_1, Observable::energy_2};
  const std::array rates = {Observable::current_1, Observable::current_2};
  const auto interaction = curves.curve(Observable::interaction_energy, pair);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto current = grid.interpolate(currents[i], odd, setting.times);
    const auto change = grid.interpolate(grid.integrate(currents[i], odd), even, setting.times);
    const auto energy = curves.curve(energies[i], pair);
    for (std::size_t k = 0; k < setting.times.size(); ++k) {
      energy[k] = initial[i] + change[k];
      interaction[k] -= change[k];
    }
    std::copy(current.begin(), current.end(), curves.curve(rates[i], pair).begin());
  }
}

void fill_conductance(Curves& curves, std::size_t pair, const Setting& setting,
                      const TimeGrid& grid, const CurrentPair& response) {
  const double share = setting.work_share;
  std::vector<double> heat(response[0].size());
  for (std::size_t k = 0; k < heat.size(); ++k) {
    heat[k] = (1.0 - share) * response[0][k] - share * response[1][k];
  }
  const auto conductance = grid.interpolate(heat, odd, setting.times);
  std::copy(conductance.begin(), conductance.end(),
            curves.curve(Observable::conductance, pair).begin());
}

Curves curves_on(const TimeGrid& grid, const Setting& setting, const CurrentFormula& formula) {
  const auto functions = one_point_functions(setting, grid.times());
  Curves curves(setting.temperatures.size(), setting.times.size());
  for (const auto& entry : model::observable_table) {
    curves.add(entry.observable);
  }
  for (std::size_t pair = 0; pair < curves.pairs(); ++pair) {
    fill_energies(curves, pair, setting, grid,
                  formula(grid, functions.infinite, functions.initial[pair]));
    fill_conductance(curves, pair, setting, grid,
                     formula(grid, functions.infinite, functions.response[pair]));
  }
  model::derive_heat_and_work(curves, setting.temperatures, setting.work_share);
  return curves;
}

double largest_difference(std::span<const double> a, std::span<const double> b) {
  double largest = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    largest = std::max(largest, std::abs(a[k] - b[k]));
  }
  return largest;
}

}  // namespace

Prediction perturbative_prediction(const Setting& setting, const CurrentFormula& currents) {
  require_valid(setting);
  const auto [low, high] = total_energy_range(setting, negligible_density);
  const TimeGrid grid(setting.times.back(), high - low);
  Prediction prediction;
  prediction.curves = curves_on(grid, setting, currents);
  const auto coarse = curves_on(grid.coarsened(), setting, currents);
  auto& estimate = prediction.attributes["error_estimate"];
  for (std::size_t pair = 0; pair < setting.temperatures.size(); ++pair) {
    double largest = 0.0;
    for (const auto rate : {Observable::current_1, Observable::current_2}) {
      largest = std::max(largest, largest_difference(prediction.curves.curve(rate, pair),
                                                     coarse.curve(rate, pair)));
    }
    estimate.push_back(largest);
  }
  return prediction;
}

}  // namespace rmtheat::theory
