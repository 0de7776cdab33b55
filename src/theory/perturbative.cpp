#include "rmtheat/theory/perturbative.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace rmtheat::theory {
namespace {

using model::Curves;
using model::Observable;

constexpr int even = 1;
constexpr int odd = -1;

constexpr std::array current_observables = {Observable::current_1, Observable::current_2};
constexpr std::array energy_observables = {Observable::energy_1, Observable::energy_2};

void fill_energies(Curves& curves, std::size_t pair, const Setting& setting, const TimeGrid& grid,
                   const Interpolation& at_times, const CurrentPair& currents) {
  const auto [beta1, beta2] = setting.temperatures[pair];
  const std::array initial = {setting.system_1->mean_energy(beta1),
                              setting.system_2->mean_energy(beta2)};
  const auto interaction = curves.curve(Observable::interaction_energy, pair);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto current = at_times(currents[i], odd);
    const auto change = at_times(grid.integrate(currents[i], odd), even);
    const auto energy = curves.curve(energy_observables[i], pair);
    for (std::size_t k = 0; k < change.size(); ++k) {
      energy[k] = initial[i] + change[k];
      interaction[k] -= change[k];
    }
    std::copy(current.begin(), current.end(), curves.curve(current_observables[i], pair).begin());
  }
}

void fill_conductance(Curves& curves, std::size_t pair, double work_share,
                      const Interpolation& at_times, const CurrentPair& response) {
  const auto current_1 = at_times(response[0], odd);
  const auto current_2 = at_times(response[1], odd);
  const auto conductance = curves.curve(Observable::conductance, pair);
  for (std::size_t k = 0; k < conductance.size(); ++k) {
    conductance[k] = (1.0 - work_share) * current_1[k] - work_share * current_2[k];
  }
}

Curves all_curves(const Setting& setting, const TimeGrid& grid, const CurrentFormula& formula) {
  const auto functions = one_point_functions(setting, grid.times());
  const Interpolation at_times(grid, setting.times);
  Curves curves(setting.temperatures.size(), setting.times.size());
  for (const auto& entry : model::observable_table) {
    curves.add(entry.observable);
  }
  for (std::size_t pair = 0; pair < curves.pairs(); ++pair) {
    fill_energies(curves, pair, setting, grid, at_times,
                  formula(grid, functions.infinite, functions.initial[pair]));
    fill_conductance(curves, pair, setting.work_share, at_times,
                     formula(grid, functions.infinite, functions.response[pair]));
  }
  model::derive_heat_and_work(curves, setting.temperatures, setting.work_share);
  return curves;
}

/// The largest difference of each pair's currents to those on another grid.
std::vector<double> change_of_currents(const Curves& curves, const Setting& setting,
                                       const TimeGrid& grid, const CurrentFormula& formula) {
  const auto functions = one_point_functions(setting, grid.times());
  const Interpolation at_times(grid, setting.times);
  std::vector<double> result;
  for (std::size_t pair = 0; pair < curves.pairs(); ++pair) {
    const auto currents = formula(grid, functions.infinite, functions.initial[pair]);
    double largest = 0.0;
    for (std::size_t i = 0; i < 2; ++i) {
      const auto other = at_times(currents[i], odd);
      const auto curve = curves.curve(current_observables[i], pair);
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
  Prediction prediction;
  prediction.curves = all_curves(setting, grid, currents);
  prediction.attributes["error_estimate"] =
      change_of_currents(prediction.curves, setting, grid.coarsened(), currents);
  return prediction;
}

}  // namespace rmtheat::theory
