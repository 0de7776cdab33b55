#include "rmtheat/theory/leading_order.hpp"

#include <numbers>

#include "rmtheat/theory/perturbative.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {

Currents leading_currents(const TimeGrid& grid, const PhaseAverage& infinite,
                          const PhaseAverage& initial) {
  Currents currents(initial.energy.size());
  std::vector<double> kernel(infinite.phase.size());
  for (std::size_t i = 0; i < currents.size(); ++i) {
    for (std::size_t k = 0; k < kernel.size(); ++k) {
      kernel[k] = 2.0 * (std::conj(infinite.energy[i][k]) * initial.phase[k] -
                         std::conj(infinite.phase[k]) * initial.energy[i][k])
                            .real();
    }
    currents[i] = grid.integrate(kernel, 1);
  }
  return currents;
}

void add_plateaus(Prediction& prediction, const Setting& setting, const TotalEnergy& total) {
  const double factor = 2.0 * std::numbers::pi * setting.strength * setting.strength;
  for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
    prediction.attributes["plateau"].push_back(factor *
                                               golden_rule_integral(total, total.initial[pair], 1));
  }
  for (const auto& response : total.response) {
    prediction.attributes["conductance_plateau"].push_back(
        factor * golden_rule_integral(total, response, 1));
  }
}

Plan leading_order_cost(const Setting& setting) { return perturbative_cost(setting, 1); }

Prediction leading_order(const Setting& setting) {
  require_valid(setting);
  if (perturbation_in_bands(setting, 1)) {
    return prediction_in_bands(setting, 1);
  }
  const double order_2 = setting.strength * setting.strength;
  auto prediction = perturbative_prediction(
      setting,
      [order_2](const TimeGrid& grid, const PhaseAverage& infinite, const PhaseAverage& initial) {
        auto currents = leading_currents(grid, infinite, initial);
        for (auto& current : currents) {
          for (double& value : current) {
            value *= order_2;
          }
        }
        return currents;
      });
  if (is_continuum(setting)) {
    add_plateaus(prediction, setting, total_energy(setting, 0.0));
  }
  return prediction;
}

}  // namespace rmtheat::theory
