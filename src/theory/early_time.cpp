#include "rmtheat/theory/early_time.hpp"

#include <cmath>

#include <fmt/format.h>

#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {
namespace {

/// <e^power> or <E_i e^power>, whichever weights are given.
double moment(const TotalEnergy& total, const std::vector<double>& weights, int power) {
  double sum = 0.0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    sum += weights[k] * std::pow(total.node[k], power);
  }
  return sum;
}

std::array<EarlyCurrent, 2> currents(const TotalEnergy& total, double strength, std::size_t pair) {
  const double order_2 = strength * strength;
  const auto& infinite = total.infinite;
  const auto& initial = total.initial.at(pair);
  std::array<EarlyCurrent, 2> result;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto hot = [&](int power) { return moment(total, infinite.energy[i], power); };
    const auto cold = [&](int power) { return moment(total, initial.energy[i], power); };
    const auto hot_e = [&](int power) { return moment(total, infinite.probability, power); };
    const auto cold_e = [&](int power) { return moment(total, initial.probability, power); };
    const double gain = hot(0) - cold(0);
    const double spread = hot(2) - 2.0 * hot(1) * cold_e(1) + hot(0) * cold_e(2) -
                          (cold(2) - 2.0 * cold(1) * hot_e(1) + cold(0) * hot_e(2));
    result[i] = {2.0 * order_2 * gain,
                 -order_2 * spread / 3.0 - 5.0 / 3.0 * order_2 * order_2 * gain};
  }
  return result;
}

}  // namespace

std::array<EarlyCurrent, 2> early_time_currents(const Setting& setting, std::size_t pair) {
  return currents(total_energy(setting, 0.0), setting.strength, pair);
}

void add_early_time(Prediction& prediction, const Setting& setting, const TotalEnergy& total) {
  for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
    const auto early = currents(total, setting.strength, pair);
    for (std::size_t i = 0; i < early.size(); ++i) {
      prediction.attributes[fmt::format("early_linear_{}", i + 1)].push_back(early[i].linear);
      prediction.attributes[fmt::format("early_cubic_{}", i + 1)].push_back(early[i].cubic);
    }
  }
}

}  // namespace rmtheat::theory
