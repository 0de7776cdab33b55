#include "rmtheat/model/observable/evolution.hpp"

#include <algorithm>

namespace rmtheat::model {

Evolution::Evolution(std::size_t times) {
  for (std::size_t system = 0; system < 2; ++system) {
    energy[system].resize(times);
    rate[system].resize(times);
  }
}

void Evolution::add(const Evolution& other, double factor) {
  const auto accumulate = [factor](std::vector<double>& sum, const std::vector<double>& values) {
    std::ranges::transform(sum, values, sum.begin(),
                           [factor](double s, double value) { return s + factor * value; });
  };
  for (std::size_t system = 0; system < 2; ++system) {
    accumulate(energy[system], other.energy[system]);
    accumulate(rate[system], other.rate[system]);
  }
  if (!conductance.empty() && !other.conductance.empty()) {
    accumulate(conductance, other.conductance);
  }
  if (!second_moments[0].empty() && !other.second_moments[0].empty()) {
    for (std::size_t k = 0; k < second_moments.size(); ++k) {
      accumulate(second_moments[k], other.second_moments[k]);
    }
  }
  total_energy += factor * other.total_energy;
}

std::vector<double> heat_current(double work_share,
                                 const std::array<std::vector<double>, 2>& currents) {
  std::vector<double> heat(currents[0].size());
  std::ranges::transform(currents[0], currents[1], heat.begin(),
                         [work_share](double current_1, double current_2) {
                           return heat_current(work_share, current_1, current_2);
                         });
  return heat;
}

}  // namespace rmtheat::model
