#include "rmtheat/theory/total_energy.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "product_states.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::theory {
namespace {

constexpr std::size_t most_sorted = 1 << 17;

/// One system's states on nodes of its energy.
class States {
 public:
  States(std::vector<double> energies, std::vector<double> infinite, std::size_t pairs)
      : energies_(std::move(energies)), infinite_(std::move(infinite)), pairs_(pairs) {}

  /// Appends a thermal state's probabilities: each pair's own one, then the mean ones.
  void add(const std::vector<double>& probabilities) {
    thermal_.resize(size() * 2 * pairs_);
    for (std::size_t k = 0; k < size(); ++k) {
      thermal_[k * 2 * pairs_ + columns_] = probabilities[k];
    }
    ++columns_;
  }

  [[nodiscard]] std::size_t size() const { return energies_.size(); }
  [[nodiscard]] State operator[](std::size_t k) const {
    const auto row = std::span(thermal_).subspan(k * 2 * pairs_, 2 * pairs_);
    return {energies_[k], infinite_[k], row.first(pairs_), row.last(pairs_)};
  }

 private:
  std::vector<double> energies_;
  std::vector<double> infinite_;
  std::size_t pairs_;
  std::size_t columns_ = 0;
  std::vector<double> thermal_;
};

/// One system's levels, or a rule in place of its density.
States states_of(const Setting& setting, std::size_t system, double time) {
  const auto& spectrum = *setting.systems[system];
  const auto betas = thermal_betas(setting, system);
  auto [low, high] = spectrum.energy_range(0.0, negligible_in_integrals);
  for (const double beta : betas) {
    const auto [thermal_low, thermal_high] = spectrum.energy_range(beta, negligible_in_integrals);
    low = std::min(low, thermal_low);
    high = std::max(high, thermal_high);
  }
  const auto levels = spectrum.discretized(low, high, time);
  States states(levels.energies(), levels.weights(), setting.betas.size());
  for (const double beta : betas) {
    states.add(levels.thermal_weights(beta));
  }
  return states;
}

/// Nodes in ascending order, those of the same energy as one.
TotalEnergy merged(const TotalEnergy& total) {
  constexpr double rounding = 1e-13;
  std::vector<std::size_t> order(total.node.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](std::size_t k) { return total.node[k]; });
  const double tolerance =
      rounding * std::max(std::abs(total.node[order.front()]), std::abs(total.node[order.back()]));
  TotalEnergy result;
  std::vector<std::size_t> target(order.size());
  for (const std::size_t k : order) {
    if (result.node.empty() || total.node[k] - result.node.back() > tolerance) {
      result.node.push_back(total.node[k]);
    }
    target[k] = result.node.size() - 1;
  }
  const auto gather = [&](const EnergyMeasure& measure) {
    EnergyMeasure sums = measure;
    sums.for_each_series([&](std::vector<double>& series) {
      std::vector<double> sum(result.node.size());
      for (std::size_t k = 0; k < series.size(); ++k) {
        sum[target[k]] += series[k];
      }
      series = std::move(sum);
    });
    return sums;
  };
  result.infinite = gather(total.infinite);
  std::ranges::transform(total.initial, std::back_inserter(result.initial), gather);
  std::ranges::transform(total.response, std::back_inserter(result.response), gather);
  return result;
}

}  // namespace

TotalEnergy product_states(const Setting& setting, double time) {
  const auto states_1 = states_of(setting, 0, time);
  const auto states_2 = states_of(setting, 1, time);
  Accumulator accumulator(setting);
  for (std::size_t i = 0; i < states_1.size(); ++i) {
    for (std::size_t j = 0; j < states_2.size(); ++j) {
      const auto first = states_1[i];
      const auto second = states_2[j];
      accumulator.open_node(first.energy + second.energy, 1.0);
      accumulator.add(first, second, 1.0);
    }
  }
  auto total = std::move(accumulator).take();
  total.width.clear();
  return total;
}

std::vector<double> thermal_betas(const Setting& setting, std::size_t system) {
  std::vector<double> betas;
  for (const auto& pair : setting.betas) {
    betas.push_back(pair[system]);
  }
  for (const auto& pair : setting.betas) {
    // The mean is not needed without the conductance, and may not be admissible then.
    betas.push_back(setting.with_conductance ? model::mean_beta(pair) : pair[system]);
  }
  return betas;
}

bool is_continuum(const Setting& setting) {
  return setting.systems[0]->continuum() != nullptr && setting.systems[1]->continuum() != nullptr;
}

TotalEnergy total_energy(const Setting& setting, double time) {
  if (is_continuum(setting)) {
    return convolved_densities(setting, time, 0.0);
  }
  auto total = product_states(setting, time);
  return total.node.size() <= most_sorted ? merged(total) : total;
}

TotalEnergy graded_total_energy(const Setting& setting, double finest) {
  return convolved_densities(setting, 0.0, finest);
}

void require_normalized(const TotalEnergy& total, const Setting& setting) {
  constexpr double tolerance = 1e-9;
  for (std::size_t pair = 0; pair < total.initial.size(); ++pair) {
    const auto& probability = total.initial[pair].probability;
    const double sum = std::accumulate(probability.begin(), probability.end(), 0.0);
    if (!(std::abs(sum - 1.0) < tolerance)) {
      const auto [beta1, beta2] = setting.betas[pair];
      throw NumericalError(fmt::format(
          "The initial state at inverse temperatures {} and {} lies outside of the energies at "
          "which the level densities can be represented (its probability sums to {}).",
          beta1, beta2, sum));
    }
  }
}

double golden_rule_integral(const TotalEnergy& total, const EnergyMeasure& initial, int power) {
  double sum = 0.0;
  for (std::size_t k = 0; k < total.node.size(); ++k) {
    const double density = total.infinite.probability[k] / total.width[k];
    // rho P (h - h0), free of divisions by densities that may vanish
    const double transfer = initial.probability[k] * total.infinite.energy[0][k] -
                            total.infinite.probability[k] * initial.energy[0][k];
    sum += std::pow(density, power - 1) * transfer / total.width[k];
  }
  return sum;
}

}  // namespace rmtheat::theory
