#include "rmtheat/model/curves.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace rmtheat::model {

std::vector<Observable> Curves::present() const {
  std::vector<Observable> result;
  for (const auto& entry : observable_table) {
    if (has(entry.observable)) {
      result.push_back(entry.observable);
    }
  }
  return result;
}

std::span<double> Curves::add(Observable observable) {
  auto& values = slots_[static_cast<std::size_t>(observable)];
  values.resize(pairs_ * times_);
  return values;
}

std::span<const double> Curves::values(Observable observable) const {
  if (!has(observable)) {
    throw std::out_of_range(fmt::format("curves hold no {}", info(observable).name));
  }
  return slot(observable);
}

std::span<double> Curves::values(Observable observable) {
  if (!has(observable)) {
    throw std::out_of_range(fmt::format("curves hold no {}", info(observable).name));
  }
  return slots_[static_cast<std::size_t>(observable)];
}

std::span<const double> Curves::curve(Observable observable, std::size_t pair) const {
  return values(observable).subspan(pair * times_, times_);
}

std::span<double> Curves::curve(Observable observable, std::size_t pair) {
  return values(observable).subspan(pair * times_, times_);
}

void derive_heat_and_work(Curves& curves, std::span<const TemperaturePair> temperatures,
                          double work_share) {
  curves.add(Observable::heat_current);
  curves.add(Observable::work_power);
  curves.add(Observable::entropy_production);
  for (std::size_t pair = 0; pair < curves.pairs(); ++pair) {
    const auto current_1 = curves.curve(Observable::current_1, pair);
    const auto current_2 = curves.curve(Observable::current_2, pair);
    const auto energy_1 = curves.curve(Observable::energy_1, pair);
    const auto energy_2 = curves.curve(Observable::energy_2, pair);
    const auto heat = curves.curve(Observable::heat_current, pair);
    const auto power = curves.curve(Observable::work_power, pair);
    const auto entropy = curves.curve(Observable::entropy_production, pair);
    const auto [beta1, beta2] = temperatures[pair];
    for (std::size_t k = 0; k < curves.times(); ++k) {
      heat[k] = (1.0 - work_share) * current_1[k] - work_share * current_2[k];
      power[k] = current_1[k] + current_2[k];
      entropy[k] = beta1 * (energy_1[k] - energy_1[0]) + beta2 * (energy_2[k] - energy_2[0]);
    }
  }
}

}  // namespace rmtheat::model
