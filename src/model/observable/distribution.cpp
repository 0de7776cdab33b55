#include "rmtheat/model/observable/distribution.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>

#include <fmt/format.h>

namespace rmtheat::model {

EnergyBins energy_bins(const Experiment& experiment, std::size_t system) {
  const auto& [density, size, placement, file_levels] = experiment.systems[system];
  EnergyBins bins{experiment.systems[system].has_random_levels() ? experiment.bins : size, {}};
  if (!density) {
    return bins;
  }
  constexpr double infinity = std::numeric_limits<double>::infinity();
  bins.edges = {-infinity};
  for (std::size_t k = 1; k < bins.count; ++k) {
    bins.edges.push_back(
        density->quantile(static_cast<double>(k) / static_cast<double>(bins.count)));
  }
  bins.edges.push_back(infinity);
  return bins;
}

std::vector<std::size_t> bins_of_levels(const EnergyBins& bins, const std::vector<double>& levels) {
  std::vector<std::size_t> result(levels.size());
  if (bins.edges.empty()) {
    std::iota(result.begin(), result.end(), std::size_t{0});
    return result;
  }
  std::ranges::transform(levels, result.begin(), [&](double level) {
    // The inner edges alone: whatever lies beyond them is in the first bin or the last.
    const auto above = std::upper_bound(bins.edges.begin() + 1, bins.edges.end() - 1, level);
    return static_cast<std::size_t>(std::distance(bins.edges.begin() + 1, above));
  });
  return result;
}

std::vector<Field> distribution_fields(const Experiment& experiment) {
  std::vector<Field> fields;
  for (std::size_t system = 0; system < 2 && !experiment.distribution_times.empty(); ++system) {
    const auto number = system + 1;
    fields.push_back({fmt::format("energy_{}", number),
                      "1",
                      fmt::format("probability of each bin of the energy of system {}", number),
                      {{fmt::format("bin_{}", number), "1",
                        fmt::format("bin of the energy of system {}", number),
                        energy_bins(experiment, system).count}}});
  }
  return fields;
}

}  // namespace rmtheat::model
