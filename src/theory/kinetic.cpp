#include "rmtheat/theory/kinetic.hpp"

#include <cmath>
#include <numbers>
#include <utility>

#include "rmtheat/model/observable/table.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/theory/one_point.hpp"
#include "rmtheat/theory/total_energy.hpp"
#include "second_moments.hpp"

namespace rmtheat::theory {
namespace {

/// A shell with fewer states than this does not relax: quotients of such numbers lose their digits.
constexpr double least_probability = 1e-280;

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
    if (probability < least_probability) {
      state.energy += initial.energy[i][k];
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

/// <DeltaE_i DeltaE_j> in the state that relaxes from `initial`.
double second_moment(const TotalEnergy& total, const EnergyMeasure& initial, double order_2,
                     std::size_t i, std::size_t j, double time) {
  double sum = 0.0;
  for (std::size_t k = 0; k < total.node.size(); ++k) {
    const double probability = total.infinite.probability[k];
    if (probability < least_probability) {
      continue;
    }
    const double rate = 2.0 * std::numbers::pi * order_2 * probability / total.width[k];
    const auto of = [k](const EnergyMeasure& measure) {
      return [&measure, k](std::size_t m) {
        return m == 0 ? measure.probability[k] : measure.energy[m - 1][k];
      };
    };
    sum -= std::expm1(-rate * time) / probability *
           second_moment_product(i, j, of(total.infinite), of(initial));
  }
  return sum;
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
  const auto total = total_energy(setting, 0.0);
  require_normalized(total, setting);
  std::vector<model::Evolution> evolutions;
  for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
    model::Evolution evolution;
    evolution.betas = setting.betas[pair];
    evolution.offset = energy_origins(setting);
    for (const double time : setting.times) {
      for (std::size_t k = 0; k < 3 && setting.with_statistics; ++k) {
        evolution.second_moments[k].push_back(
            second_moment(total, total.initial[pair], order_2, k / 2, (k + 1) / 2, time));
      }
      for (std::size_t i = 0; i < 2; ++i) {
        const auto [energy, current] = relaxed(total, total.initial[pair], order_2, i, time);
        evolution.energy[i].push_back(energy);
        evolution.rate[i].push_back(current);
      }
      if (setting.with_conductance) {
        const auto& response = total.response[pair];
        evolution.conductance.push_back(model::heat_current(
            setting.work_share, relaxed(total, response, order_2, 0, time).current,
            relaxed(total, response, order_2, 1, time).current));
      }
    }
    evolutions.push_back(std::move(evolution));
  }
  return {model::observe(evolutions, setting.times.size(), setting.work_share), {}, {}, {}};
}

}  // namespace rmtheat::theory
