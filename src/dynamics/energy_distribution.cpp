#include "rmtheat/dynamics/energy_distribution.hpp"

namespace rmtheat::dynamics {

EnergyDistribution::EnergyDistribution(const model::Experiment& experiment, RowRange rows)
    : experiment_(experiment), rows_(rows), fields_(model::distribution_fields(experiment)) {
  for (std::size_t system = 0; system < fields_.size(); ++system) {
    bins_[system] = model::energy_bins(experiment, system);
  }
}

void EnergyDistribution::reset(const model::SystemLevels& levels) {
  curves_ = {experiment_.states.size(), experiment_.distribution_times.size()};
  for (std::size_t system = 0; system < fields_.size(); ++system) {
    bin_of_level_[system] = model::bins_of_levels(bins_[system], levels[system]);
    curves_.add(fields_[system]);
  }
}

void EnergyDistribution::add(std::size_t state, std::size_t time,
                             std::span<const double> populations, double factor) {
  const std::size_t n2 = experiment_.systems[1].size;
  std::array<std::span<double>, 2> sums;
  for (std::size_t system = 0; system < 2; ++system) {
    const std::size_t count = bins_[system].count;
    sums[system] = curves_.curve(fields_[system], state).subspan(time * count, count);
  }
  for (std::size_t row = 0; row < populations.size(); ++row) {
    const std::size_t a = rows_.first + row;
    sums[0][bin_of_level_[0][a / n2]] += factor * populations[row];
    sums[1][bin_of_level_[1][a % n2]] += factor * populations[row];
  }
}

void EnergyDistribution::sum_over(const parallel::Communicator& group) {
  for (const auto& field : fields_) {
    group.all_reduce(curves_.values(field), parallel::Reduction::sum);
  }
}

}  // namespace rmtheat::dynamics
