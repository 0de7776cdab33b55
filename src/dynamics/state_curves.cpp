#include "rmtheat/dynamics/state_curves.hpp"

#include <algorithm>
#include <utility>

namespace rmtheat::dynamics {

using model::Observable;

StateCurves::StateCurves(std::size_t times) {
  for (std::size_t system = 0; system < 2; ++system) {
    energy[system].resize(times);
    rate[system].resize(times);
  }
}

void StateCurves::add(const StateCurves& other, double factor) {
  const auto accumulate = [factor](std::vector<double>& sum, const std::vector<double>& values) {
    std::ranges::transform(sum, values, sum.begin(),
                           [factor](double s, double value) { return s + factor * value; });
  };
  for (std::size_t system = 0; system < 2; ++system) {
    accumulate(energy[system], other.energy[system]);
    accumulate(rate[system], other.rate[system]);
  }
  total_energy += factor * other.total_energy;
}

TrajectoryCurves::TrajectoryCurves(const model::Experiment& experiment)
    : experiment_(experiment), curves_(experiment.temperatures.size(), experiment.times.size()) {
  for (const auto observable : {Observable::energy_1, Observable::energy_2, Observable::current_1,
                                Observable::current_2, Observable::interaction_energy}) {
    curves_.add(observable);
  }
  if (experiment.with_conductance) {
    curves_.add(Observable::conductance);
  }
}

void TrajectoryCurves::set_state(std::size_t pair, const StateCurves& state) {
  const auto set = [&](Observable observable, const std::vector<double>& values) {
    std::ranges::copy(values, curves_.curve(observable, pair).begin());
  };
  set(Observable::energy_1, state.energy[0]);
  set(Observable::energy_2, state.energy[1]);
  set(Observable::current_1, state.rate[0]);
  set(Observable::current_2, state.rate[1]);
  const auto interaction = curves_.curve(Observable::interaction_energy, pair);
  for (std::size_t t = 0; t < interaction.size(); ++t) {
    interaction[t] = state.total_energy - state.energy[0][t] - state.energy[1][t];
  }
}

void TrajectoryCurves::add_conductance(std::size_t pair, std::span<const double> heat_current,
                                       double factor) {
  const double beta = experiment_.temperatures[pair].mean_beta();
  const auto conductance = curves_.curve(Observable::conductance, pair);
  std::ranges::transform(conductance, heat_current, conductance.begin(),
                         [weight = factor * beta * beta](double sum, double current) {
                           return sum + weight * current;
                         });
}

model::Curves TrajectoryCurves::take() && {
  model::derive_heat_and_work(curves_, experiment_.temperatures, experiment_.work_share());
  return std::move(curves_);
}

}  // namespace rmtheat::dynamics
