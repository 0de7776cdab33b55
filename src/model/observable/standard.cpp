#include "rmtheat/model/observable/standard.hpp"

#include <algorithm>

namespace rmtheat::model {
namespace {

using Values = std::span<double>;

template <std::size_t system>
void energy(const Evolution& evolution, double /*work_share*/, Values values) {
  std::ranges::transform(
      evolution.energy[system], values.begin(),
      [offset = evolution.offset[system]](double value) { return value + offset; });
}

template <std::size_t system>
void current(const Evolution& evolution, double /*work_share*/, Values values) {
  std::ranges::copy(evolution.rate[system], values.begin());
}

void interaction_energy(const Evolution& evolution, double /*work_share*/, Values values) {
  std::ranges::copy(evolution.interaction, values.begin());
}

void heat(const Evolution& evolution, double work_share, Values values) {
  std::ranges::copy(heat_current(work_share, evolution.rate), values.begin());
}

void power(const Evolution& evolution, double /*work_share*/, Values values) {
  const auto& [current_1, current_2] = evolution.rate;
  std::ranges::transform(current_1, current_2, values.begin(), std::plus());
}

void entropy(const Evolution& evolution, double /*work_share*/, Values values) {
  const auto& [energy_1, energy_2] = evolution.energy;
  const auto [beta1, beta2] = evolution.betas.value();
  for (std::size_t k = 0; k < values.size(); ++k) {
    values[k] = beta1 * (energy_1[k] - energy_1[0]) + beta2 * (energy_2[k] - energy_2[0]);
  }
}

void conductance(const Evolution& evolution, double /*work_share*/, Values values) {
  std::ranges::copy(evolution.conductance, values.begin());
}

}  // namespace

std::vector<Observable> standard_observables() {
  return {
      {fields::energy_1, {}, energy<0>},
      {fields::energy_2, {}, energy<1>},
      {fields::interaction_energy, {Needs::interaction}, interaction_energy},
      {fields::current_1, {}, current<0>},
      {fields::current_2, {}, current<1>},
      {fields::heat_current, {}, heat},
      {fields::work_power, {Needs::interaction}, power},
      {fields::entropy_production, {Needs::temperatures}, entropy},
      {fields::conductance, {Needs::conductance}, conductance},
  };
}

}  // namespace rmtheat::model
