#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "rmtheat/dynamics/product_basis.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/model/observable/curves.hpp"
#include "rmtheat/model/observable/distribution.hpp"
#include "rmtheat/parallel/communicator.hpp"

namespace rmtheat::dynamics {

/// The distributions of both energies in one realization, gathered from populations of product
/// states: how likely a measurement of both finds each.
class EnergyDistribution {
 public:
  /// For populations of these product states. The experiment must outlive the object.
  EnergyDistribution(const model::Experiment& experiment, RowRange rows);

  /// Starts a realization with these levels.
  void reset(const model::SystemLevels& levels);
  /// Adds `factor` times populations at one of the distribution times, (rows).
  void add(std::size_t state, std::size_t time, std::span<const double> populations, double factor);
  /// Sums over the ranks of a group whose rows differ.
  void sum_over(const parallel::Communicator& group);

  [[nodiscard]] const model::Curves& curves() const { return curves_; }

 private:
  const model::Experiment& experiment_;
  RowRange rows_;
  std::vector<model::Field> fields_;
  std::array<model::EnergyBins, 2> bins_;
  std::array<std::vector<std::size_t>, 2> bin_of_level_;
  model::Curves curves_;
};

}  // namespace rmtheat::dynamics
