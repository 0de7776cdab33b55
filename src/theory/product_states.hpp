#pragma once

#include <array>
#include <span>
#include <vector>

#include "rmtheat/theory/one_point.hpp"
#include "rmtheat/theory/prediction.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {

/// Densities are cut where they fall below this, relative to the largest.
inline constexpr double negligible_in_integrals = 1e-17;

/// A state of one system: probability and energy, at infinite temperature and in every thermal
/// state, that is each pair's own and its mean temperature.
struct State {
  double energy;
  double infinite;
  std::span<const double> own;
  std::span<const double> mean;
};

/// Adds product states to the measures.
class Accumulator {
 public:
  explicit Accumulator(const Setting& setting)
      : origins_(energy_origins(setting)), with_statistics_(setting.with_statistics) {
    for (const auto& pair : setting.betas) {
      const double beta = model::mean_beta(pair);
      half_beta_squared_.push_back(0.5 * beta * beta);
      for (std::size_t i = 0; i < 2; ++i) {
        mean_energy_[i].push_back(
            setting.with_conductance ? setting.systems[i]->mean_energy(beta) - origins_[i] : 0.0);
      }
    }
    total_.initial.resize(setting.betas.size());
    total_.response.resize(setting.with_conductance ? setting.betas.size() : 0);
    total_.for_each_measure(
        [this](EnergyMeasure& measure) { measure.energy.resize(with_statistics_ ? 5 : 2); });
    std::ranges::for_each(total_.response,
                          [](EnergyMeasure& measure) { measure.energy.resize(2); });
  }

  void open_node(double energy, double width) {
    total_.node.push_back(energy);
    total_.width.push_back(width);
    total_.for_each_measure([](EnergyMeasure& measure) {
      measure.for_each_series([](std::vector<double>& series) { series.push_back(0.0); });
    });
  }

  /// Two states, with their common weight in a quadrature.
  void add(const State& first, const State& second, double weight) {
    const std::array energies = {first.energy - origins_[0], second.energy - origins_[1]};
    const auto add_to = [&](EnergyMeasure& measure, double value) {
      measure.probability.back() += value;
      measure.energy[0].back() += energies[0] * value;
      measure.energy[1].back() += energies[1] * value;
      for (std::size_t k = 2; k < measure.energy.size(); ++k) {
        measure.energy[k].back() += energies[(k - 2) / 2] * energies[(k - 1) / 2] * value;
      }
    };
    add_to(total_.infinite, weight * first.infinite * second.infinite);
    for (std::size_t k = 0; k < total_.initial.size(); ++k) {
      add_to(total_.initial[k], weight * first.own[k] * second.own[k]);
    }
    for (std::size_t k = 0; k < total_.response.size(); ++k) {
      const double slope = (energies[1] - mean_energy_[1][k]) - (energies[0] - mean_energy_[0][k]);
      add_to(total_.response[k],
             half_beta_squared_[k] * slope * weight * first.mean[k] * second.mean[k]);
    }
  }

  [[nodiscard]] TotalEnergy take() && { return std::move(total_); }

 private:
  std::array<double, 2> origins_;
  bool with_statistics_;
  std::vector<double> half_beta_squared_;
  std::array<std::vector<double>, 2> mean_energy_;
  TotalEnergy total_;
};

/// Each pair's own inverse temperature of a system, then each pair's mean.
std::vector<double> thermal_betas(const Setting& setting, std::size_t system);

/// Every product state by itself, i N2 + j, where at least one system consists of levels.
TotalEnergy product_states(const Setting& setting, double time);

/// One system's states, or nodes of a quadrature rule that stand for them, with their weights at
/// infinite temperature and in each pair's initial state.
struct SystemStates {
  std::vector<double> energy;
  std::vector<double> infinite;
  std::vector<std::vector<double>> initial;  ///< by pair
};

/// Of a continuum density: for phases up to `time`, exact for each of the intervals between
/// `breaks`, which need be neither sorted nor inside.
SystemStates continuum_states(const Setting& setting, std::size_t system, double time,
                              std::vector<double> breaks);

/// The total energy of two continuum densities: for phases up to `time`, with pieces that shrink to
/// `finest` at edges where that is above 0.
TotalEnergy convolved_densities(const Setting& setting, double time, double finest);

}  // namespace rmtheat::theory
