#include "rmtheat/theory/energy_distribution.hpp"

#include <algorithm>
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
  reduced.times.assign(1, 0.0);
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

/// Adds the probabilities of a system's states, each with all states of the other, to its bins:
/// `sums`, (pairs, times, bins). A state beyond all bins is not counted.
void add_marginal(const StateTransfer& transfer, std::size_t times, const SystemStates& states,
                  const SystemStates& others, std::span<const std::size_t> bin_of_state,
                  std::size_t bins, std::vector<double>& sums) {
  const std::size_t pairs = states.initial.size();
  sums.resize(pairs * times * bins);
  std::vector<double> s;
  for (std::size_t k = 0; k < states.energy.size(); ++k) {
    const std::size_t bin = bin_of_state[k];
    if (bin >= bins) {
      continue;
    }
    for (std::size_t l = 0; l < others.energy.size(); ++l) {
      transfer.at(states.energy[k] + others.energy[l], s);
      const double infinite = states.infinite[k] * others.infinite[l];
      for (std::size_t pair = 0; pair < pairs; ++pair) {
        const double initial = states.initial[pair][k] * others.initial[pair][l];
        for (std::size_t t = 0; t < times; ++t) {
          sums[(pair * times + t) * bins + bin] +=
              initial * (1.0 - s[t]) + infinite * s[(1 + pair) * times + t];
        }
      }
    }
  }
}

SystemStates level_states(const Setting& setting, std::size_t system) {
  const auto levels = setting.systems[system]->discretized(0.0, 0.0, 0.0);
  SystemStates states{levels.energies(), levels.weights(), {}};
  for (const auto& betas : setting.betas) {
    states.initial.push_back(levels.thermal_weights(betas[system]));
  }
  return states;
}

/// For a total energy of this many nodes and sums over this many product states.
Plan cost_of(const Setting& setting, std::span<const double> times, double nodes, double states) {
  const auto [low, high] = total_energy_range(setting, negligible_in_integrals);
  const auto cost = state_transfer_cost(setting, times, nodes, 0.5 * (high - low));
  return {cost.construction + states * cost.call, cost.memory, ""};
}

void require_bins(const Setting& setting, const BinEdges& edges) {
  if (!is_continuum(setting)) {
    throw std::invalid_argument("Bins by their edges need two continuous densities.");
  }
  for (const auto& of_system : edges) {
    if (of_system.size() < 2 ||
        std::ranges::adjacent_find(of_system, std::greater_equal()) != of_system.end()) {
      throw std::invalid_argument("Bins need edges that ascend, at least two.");
    }
  }
}

}  // namespace

EnergyDistributions energy_distributions(const Setting& setting, std::span<const double> times,
                                         const BinOfLevel& bin_of_level,
                                         const std::array<std::size_t, 2>& bins) {
  const auto reduced = reduced_setting(setting, times);
  std::array<SystemStates, 2> states;
  for (std::size_t i = 0; i < 2; ++i) {
    states[i] = level_states(reduced, i);
    if (setting.systems[i]->continuum() != nullptr ||
        bin_of_level[i].size() != states[i].energy.size() ||
        std::ranges::any_of(bin_of_level[i], [&](std::size_t bin) { return bin >= bins[i]; })) {
      throw std::invalid_argument("Distributions of levels need a bin for every level.");
    }
  }
  const auto transfer = transfer_of(reduced, times);
  EnergyDistributions result;
  for (std::size_t i = 0; i < 2; ++i) {
    add_marginal(transfer, times.size(), states[i], states[1 - i], bin_of_level[i], bins[i],
                 result[i]);
  }
  return result;
}

EnergyDistributions energy_distributions(const Setting& setting, std::span<const double> times,
                                         const BinEdges& edges) {
  const auto reduced = reduced_setting(setting, times);
  require_bins(setting, edges);
  const auto transfer = transfer_of(reduced, times);
  EnergyDistributions result;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto states = continuum_states(reduced, i, times.back(), edges[i]);
    std::vector<std::size_t> bin_of_state;
    for (const double energy : states.energy) {
      // Below all edges: a large number, no bin.
      const auto above = std::ranges::upper_bound(edges[i], energy) - edges[i].begin();
      bin_of_state.push_back(static_cast<std::size_t>(above) - 1);
    }
    add_marginal(transfer, times.size(), states, continuum_states(reduced, 1 - i, times.back(), {}),
                 bin_of_state, edges[i].size() - 1, result[i]);
  }
  return result;
}

Plan energy_distributions_cost(const Setting& setting, std::span<const double> times) {
  const auto reduced = reduced_setting(setting, times);
  const double states = static_cast<double>(setting.systems[0]->discretized(0.0, 0.0, 0.0).size()) *
                        static_cast<double>(setting.systems[1]->discretized(0.0, 0.0, 0.0).size());
  return cost_of(reduced, times, states, 2.0 * states);
}

Plan energy_distributions_cost(const Setting& setting, std::span<const double> times,
                               const BinEdges& edges) {
  const auto reduced = reduced_setting(setting, times);
  require_bins(setting, edges);
  double states = 0.0;
  std::array<double, 2> sizes{};
  for (std::size_t i = 0; i < 2; ++i) {
    sizes[i] = static_cast<double>(continuum_states(reduced, i, times.back(), {}).energy.size());
  }
  for (std::size_t i = 0; i < 2; ++i) {
    const auto binned = continuum_states(reduced, i, times.back(), edges[i]).energy.size();
    states += static_cast<double>(binned) * sizes[1 - i];
  }
  return cost_of(reduced, times, sizes[0] + sizes[1], states);
}

}  // namespace rmtheat::theory
