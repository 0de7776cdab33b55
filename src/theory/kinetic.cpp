#include "rmtheat/theory/kinetic.hpp"

#include <cmath>
#include <numbers>

#include "rmtheat/support/error.hpp"
#include "rmtheat/theory/one_point.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {
namespace {

using model::Observable;

struct State {
  double energy;
  double current;
};

/// Energy of system i and the current into it, in the state that relaxes from `initial`.
State relaxed(const TotalEnergy& total, const EnergyMeasure& initial, double order_2, std::size_t i,
              double time) {
  State state{0.0, 0.0};
  for (std::size_t k = 0; k < total.node.size(); ++k) {
    const double probability = total.infinite.probability[k];
    if (probability == 0.0) {
      continue;
    }
    const double rate = 2.0 * std::numbers::pi * order_2 * probability / total.width[k];
    const double final_energy = initial.probability[k] * total.infinite.energy[i][k] / probability;
    const double excess = initial.energy[i][k] - final_energy;
    state.energy += final_energy + excess * std::exp(-rate * time);
    state.current -= rate * excess * std::exp(-rate * time);
  }
  return state;
}

}  // namespace

Prediction kinetic(const Setting& setting) {
  require_valid(setting);
  if (!is_continuum(setting)) {
    throw InputError(
        "The kinetic prediction needs a continuum density of states for both systems, since a "
        "finite set of levels has no golden-rule rate.");
  }
  const double order_2 = setting.strength * setting.strength;
  const double share = setting.work_share;
  const auto total = total_energy(setting, 0.0);
  require_normalized(total, setting);
  Prediction prediction;
  prediction.curves = {setting.temperatures.size(), setting.times.size()};
  auto& curves = prediction.curves;
  for (const auto& entry : model::observable_table) {
    curves.add(entry.observable);
  }
  for (std::size_t pair = 0; pair < curves.pairs(); ++pair) {
    for (std::size_t k = 0; k < setting.times.size(); ++k) {
      const double time = setting.times[k];
      const auto& initial = total.initial[pair];
      const auto& response = total.response[pair];
      const auto first = relaxed(total, initial, order_2, 0, time);
      const auto second = relaxed(total, initial, order_2, 1, time);
      curves.curve(Observable::energy_1, pair)[k] = first.energy;
      curves.curve(Observable::energy_2, pair)[k] = second.energy;
      curves.curve(Observable::current_1, pair)[k] = first.current;
      curves.curve(Observable::current_2, pair)[k] = second.current;
      curves.curve(Observable::conductance, pair)[k] =
          (1.0 - share) * relaxed(total, response, order_2, 0, time).current -
          share * relaxed(total, response, order_2, 1, time).current;
    }
  }
  model::derive_heat_and_work(curves, setting.temperatures, share);
  return prediction;
}

}  // namespace rmtheat::theory
