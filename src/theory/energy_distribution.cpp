#include "rmtheat/theory/energy_distribution.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>
#include <utility>

#include "product_states.hpp"
#include "rmtheat/theory/one_point.hpp"
#include "state_transfer.hpp"

namespace rmtheat::theory {
namespace {

/// The setting with no more than is needed here.
Setting reduced_setting(const Setting& setting, std::span<const double> times) {
  Setting reduced = setting;
  reduced.times = {0.0};
  if (times.empty() || !std::ranges::is_sorted(times) || times.front() < 0.0) {
    throw std::invalid_argument("Distributions need times that ascend, none below 0.");
  }
  reduced.with_conductance = false;
  reduced.with_statistics = false;
  require_valid(reduced);
  return reduced;
}

StateTransfer transfer_of(const Setting& setting, std::span<const double> times) {
  auto total = total_energy(setting, times.back());
  require_normalized(total, setting);
  return {setting, std::move(total), times};
}

/// Sums of product states' probabilities over bins.
class Marginals {
 public:
  Marginals(StateTransfer transfer, std::size_t pairs, std::size_t times,
            const std::array<std::size_t, 2>& bins)
      : transfer_(std::move(transfer)), times_(times), bins_(bins) {
    for (std::size_t i = 0; i < 2; ++i) {
      sums_[i].resize(pairs * times * bins[i]);
    }
  }

  /// States to come have this total energy.
  void set_energy(double energy) { transfer_.at(energy, values_); }

  /// A state of these two bins; one beyond all bins is not counted.
  void add(const std::array<std::size_t, 2>& bin, double infinite, std::size_t pair,
           double initial) {
    const double* of_infinite = values_.data();
    const double* of_initial = values_.data() + (1 + pair) * times_;
    for (std::size_t t = 0; t < times_; ++t) {
      const double probability = initial * (1.0 - of_infinite[t]) + infinite * of_initial[t];
      for (std::size_t i = 0; i < 2; ++i) {
        if (bin[i] < bins_[i]) {
          sums_[i][(pair * times_ + t) * bins_[i] + bin[i]] += probability;
        }
      }
    }
  }

  [[nodiscard]] EnergyDistributions take() && { return std::move(sums_); }

 private:
  StateTransfer transfer_;
  std::size_t times_;
  std::array<std::size_t, 2> bins_;
  std::vector<double> values_;
  EnergyDistributions sums_;
};

/// Puts states of two densities into bins.
class Binning final : public StateVisitor {
 public:
  Binning(const BinEdges& edges, Marginals& marginals) : edges_(edges), marginals_(marginals) {}

  void open_node(double energy, double /*width*/) override { marginals_.set_energy(energy); }

  void add(const State& first, const State& second, double weight) override {
    const std::array bin = {bin_of(0, first.energy), bin_of(1, second.energy)};
    const double infinite = weight * first.infinite * second.infinite;
    for (std::size_t pair = 0; pair < first.own.size(); ++pair) {
      marginals_.add(bin, infinite, pair, weight * first.own[pair] * second.own[pair]);
    }
  }

 private:
  /// No bin below all edges: a large number.
  [[nodiscard]] std::size_t bin_of(std::size_t system, double energy) const {
    const auto& edges = edges_[system];
    return static_cast<std::size_t>(std::ranges::upper_bound(edges, energy) - edges.begin()) - 1;
  }

  const BinEdges& edges_;
  Marginals& marginals_;
};

double half_width_of(const Setting& setting) {
  const auto [low, high] = total_energy_range(setting, negligible_in_integrals);
  return 0.5 * (high - low);
}

}  // namespace

EnergyDistributions energy_distributions(const Setting& setting, std::span<const double> times,
                                         const BinOfLevel& bin_of_level,
                                         const std::array<std::size_t, 2>& bins) {
  const auto reduced = reduced_setting(setting, times);
  std::array<model::WeightedLevels, 2> levels = {setting.systems[0]->discretized(0.0, 0.0, 0.0),
                                                 setting.systems[1]->discretized(0.0, 0.0, 0.0)};
  for (std::size_t i = 0; i < 2; ++i) {
    if (setting.systems[i]->continuum() != nullptr || bin_of_level[i].size() != levels[i].size() ||
        std::ranges::any_of(bin_of_level[i], [&](std::size_t bin) { return bin >= bins[i]; })) {
      throw std::invalid_argument("Distributions of levels need a bin for every level.");
    }
  }
  const std::size_t pairs = setting.betas.size();
  Marginals marginals(transfer_of(reduced, times), pairs, times.size(), bins);
  std::array<std::vector<std::vector<double>>, 2> initial;
  for (std::size_t i = 0; i < 2; ++i) {
    for (const auto& betas : setting.betas) {
      initial[i].push_back(levels[i].thermal_weights(betas[i]));
    }
  }
  for (std::size_t k = 0; k < levels[0].size(); ++k) {
    for (std::size_t l = 0; l < levels[1].size(); ++l) {
      marginals.set_energy(levels[0].energies()[k] + levels[1].energies()[l]);
      for (std::size_t pair = 0; pair < pairs; ++pair) {
        marginals.add({bin_of_level[0][k], bin_of_level[1][l]},
                      levels[0].weights()[k] * levels[1].weights()[l], pair,
                      initial[0][pair][k] * initial[1][pair][l]);
      }
    }
  }
  return std::move(marginals).take();
}

EnergyDistributions energy_distributions(const Setting& setting, std::span<const double> times,
                                         const BinEdges& edges) {
  const auto reduced = reduced_setting(setting, times);
  for (const auto& of_system : edges) {
    if (of_system.size() < 2 ||
        std::ranges::adjacent_find(of_system, std::greater_equal()) != of_system.end()) {
      throw std::invalid_argument("Bins need edges that ascend, at least two.");
    }
  }
  if (!is_continuum(setting)) {
    throw std::invalid_argument("Bins by their edges need two continuous densities.");
  }
  Marginals marginals(transfer_of(reduced, times), setting.betas.size(), times.size(),
                      {edges[0].size() - 1, edges[1].size() - 1});
  Binning binning(edges, marginals);
  visit_continuum(reduced, times.back(), 0.0, edges, binning);
  return std::move(marginals).take();
}

Plan energy_distributions_cost(const Setting& setting, std::span<const double> times) {
  const auto reduced = reduced_setting(setting, times);
  const double states = static_cast<double>(setting.systems[0]->discretized(0.0, 0.0, 0.0).size()) *
                        static_cast<double>(setting.systems[1]->discretized(0.0, 0.0, 0.0).size());
  const auto cost = state_transfer_cost(reduced, times, states, half_width_of(reduced));
  return {cost.construction + states * cost.call, cost.memory, ""};
}

}  // namespace rmtheat::theory
