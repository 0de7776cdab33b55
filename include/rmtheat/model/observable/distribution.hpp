#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "rmtheat/model/experiment.hpp"
#include "rmtheat/model/observable/field.hpp"

namespace rmtheat::model {

/// How the levels of a system are sorted for the distribution of its energy.
struct EnergyBins {
  std::size_t count = 0;
  /// (count + 1), from -infinity to infinity; empty where levels without a density are bins of
  /// their own.
  std::vector<double> edges;
};

/// Between the density's quantiles k / count, so that each holds as many levels:
/// Experiment::bins of them where levels are random, else one for each level.
EnergyBins energy_bins(const Experiment& experiment, std::size_t system);

/// The bin of each level, (N).
std::vector<std::size_t> bins_of_levels(const EnergyBins& bins, const std::vector<double>& levels);

/// Probability of the bins of each system's energy, (initial state, distribution time, bin): fields
/// of curves of their own. None without Experiment::distribution_times.
std::vector<Field> distribution_fields(const Experiment& experiment);

}  // namespace rmtheat::model
