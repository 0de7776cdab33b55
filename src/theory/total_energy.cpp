#include "rmtheat/theory/total_energy.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "rmtheat/model/density/density.hpp"
#include "rmtheat/support/double_exponential.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/theory/one_point.hpp"

namespace rmtheat::theory {
namespace {

using model::DensityOfStates;
using model::Spectrum;

constexpr double negligible = 1e-14;  ///< relative to the largest density or probability

/// One system's thermal densities relative to its level density: e^(-beta E) / Z.
class ThermalFactor {
 public:
  ThermalFactor(const Spectrum& system, double beta)
      : beta_(beta), mean_(system.mean_energy(beta)) {
    const auto moments = system.boltzmann_moments({beta, 0.0});
    log_partition_ = std::log(moments.value[0].real()) + moments.log_scale;
  }
  [[nodiscard]] double operator()(double energy) const {
    return std::exp(-beta_ * energy - log_partition_);
  }
  [[nodiscard]] double mean() const { return mean_; }

 private:
  double beta_;
  double mean_;
  double log_partition_ = 0.0;
};

struct ThermalPair {
  ThermalFactor system_1;
  ThermalFactor system_2;
};

/// Adds product states to the measures.
class Accumulator {
 public:
  explicit Accumulator(const Setting& setting) {
    for (const auto& pair : setting.betas) {
      const double mean = model::mean_beta(pair);
      own_.push_back({ThermalFactor(*setting.systems[0], pair[0]),
                      ThermalFactor(*setting.systems[1], pair[1])});
      mean_.push_back(
          {ThermalFactor(*setting.systems[0], mean), ThermalFactor(*setting.systems[1], mean)});
      beta_squared_.push_back(mean * mean);
    }
    total_.initial.resize(own_.size());
    total_.response.resize(own_.size());
  }

  void open_node(double energy, double width) {
    total_.node.push_back(energy);
    total_.width.push_back(width);
    for_each_measure([](EnergyMeasure& measure) {
      measure.probability.push_back(0.0);
      measure.energy[0].push_back(0.0);
      measure.energy[1].push_back(0.0);
    });
  }

  /// A product state at energies (e1, e2) of this probability at infinite temperature.
  void add(double e1, double e2, double probability) {
    if (probability == 0.0) {
      return;
    }
    const auto add_to = [&](EnergyMeasure& measure, double value) {
      measure.probability.back() += value;
      measure.energy[0].back() += e1 * value;
      measure.energy[1].back() += e2 * value;
    };
    add_to(total_.infinite, probability);
    for (std::size_t k = 0; k < own_.size(); ++k) {
      add_to(total_.initial[k], probability * own_[k].system_1(e1) * own_[k].system_2(e2));
      const auto& [first, second] = mean_[k];
      const double slope = 0.5 * ((e2 - second.mean()) - (e1 - first.mean()));
      add_to(total_.response[k], beta_squared_[k] * slope * probability * first(e1) * second(e2));
    }
  }

  /// Drops the outermost nodes, where every density is negligible.
  void trim();

  [[nodiscard]] TotalEnergy take() && { return std::move(total_); }

 private:
  template <class Function>
  void for_each_measure(Function function) {
    function(total_.infinite);
    std::for_each(total_.initial.begin(), total_.initial.end(), function);
    std::for_each(total_.response.begin(), total_.response.end(), function);
  }

  std::vector<ThermalPair> own_;
  std::vector<ThermalPair> mean_;
  std::vector<double> beta_squared_;
  TotalEnergy total_;
};

void Accumulator::trim() {
  const std::size_t size = total_.node.size();
  std::size_t first = size;
  std::size_t last = 0;
  for_each_measure([&](const EnergyMeasure& measure) {
    std::vector<double> density(size);
    std::transform(measure.probability.begin(), measure.probability.end(), total_.width.begin(),
                   density.begin(), [](double p, double width) { return std::abs(p) / width; });
    const double least = negligible * *std::max_element(density.begin(), density.end());
    for (std::size_t k = 0; k < size; ++k) {
      if (density[k] > least) {
        first = std::min(first, k);
        last = std::max(last, k);
      }
    }
  });
  const auto cut = [&](std::vector<double>& series) {
    series = {series.begin() + static_cast<std::ptrdiff_t>(first),
              series.begin() + static_cast<std::ptrdiff_t>(last) + 1};
  };
  cut(total_.node);
  cut(total_.width);
  for_each_measure([&](EnergyMeasure& measure) {
    cut(measure.probability);
    cut(measure.energy[0]);
    cut(measure.energy[1]);
  });
}

struct Interval {
  double low;
  double high;
  [[nodiscard]] double length() const { return high - low; }
};

Interval energy_interval(const Spectrum& spectrum, const Setting& setting, std::size_t system) {
  Interval hull{spectrum.mean(), spectrum.mean()};
  const auto include = [&](double b) {
    const auto [low, high] = spectrum.energy_range(b, negligible);
    hull = {std::min(hull.low, low), std::max(hull.high, high)};
  };
  include(0.0);
  for (const auto& pair : setting.betas) {
    include(pair[system]);
    include(model::mean_beta(pair));
  }
  return hull;
}

/// Adds to the open node all pairs of energies with the sum `energy`, times `width`.
void add_shell(Accumulator& accumulator, const DensityOfStates& density_1,
               const DensityOfStates& density_2, Interval range_1, Interval range_2,
               const std::vector<UnitNode>& rule, double energy, double width) {
  const double low = std::max(range_1.low, energy - range_2.high);
  const double high = std::min(range_1.high, energy - range_2.low);
  const double length = high - low;
  if (length <= 0.0) {
    return;
  }
  for (const auto& node : rule) {
    const bool left = node.from_left < 0.5;
    const double e1 = left ? low + length * node.from_left : high - length * node.from_right;
    const double e2 = left ? (energy - low) - length * node.from_left
                           : (energy - high) + length * node.from_right;
    accumulator.add(e1, e2, width * length * node.weight * density_1.pdf(e1) * density_2.pdf(e2));
  }
}

/// Where the density of the total energy is not smooth: its ends and, between them, the sums of
/// bounded supports' ends.
std::vector<double> kinks(const DensityOfStates& density_1, const DensityOfStates& density_2,
                          Interval range_1, Interval range_2) {
  const double low = range_1.low + range_2.low;
  const double high = range_1.high + range_2.high;
  std::vector<double> result = {low, high};
  const auto add = [&](double kink) {
    if (kink > low && kink < high) {
      result.push_back(kink);
    }
  };
  add(density_1.support().first + density_2.support().second);
  add(density_1.support().second + density_2.support().first);
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

TotalEnergy convolved_densities(const DensityOfStates& density_1, const DensityOfStates& density_2,
                                const Setting& setting, double time) {
  const auto range_1 = energy_interval(density_1, setting, 0);
  const auto range_2 = energy_interval(density_2, setting, 1);
  const auto points = kinks(density_1, density_2, range_1, range_2);
  const auto shell_rule = double_exponential_rule(0.0);
  Accumulator accumulator(setting);
  for (std::size_t piece = 0; piece + 1 < points.size(); ++piece) {
    const double low = points[piece];
    const double length = points[piece + 1] - low;
    for (const auto& node : double_exponential_rule(time * length)) {
      const double energy = node.in(low, points[piece + 1]);
      accumulator.open_node(energy, length * node.weight);
      add_shell(accumulator, density_1, density_2, range_1, range_2, shell_rule, energy,
                length * node.weight);
    }
  }
  accumulator.trim();
  return std::move(accumulator).take();
}

TotalEnergy product_states(const Setting& setting, double time) {
  const auto range_1 = energy_interval(*setting.systems[0], setting, 0);
  const auto range_2 = energy_interval(*setting.systems[1], setting, 1);
  const auto levels_1 = setting.systems[0]->discretized(range_1.low, range_1.high, time);
  const auto levels_2 = setting.systems[1]->discretized(range_2.low, range_2.high, time);
  Accumulator accumulator(setting);
  for (std::size_t i = 0; i < levels_1.size(); ++i) {
    for (std::size_t j = 0; j < levels_2.size(); ++j) {
      const double e1 = levels_1.energies()[i];
      const double e2 = levels_2.energies()[j];
      accumulator.open_node(e1 + e2, 1.0);
      accumulator.add(e1, e2, levels_1.weights()[i] * levels_2.weights()[j]);
    }
  }
  auto total = std::move(accumulator).take();
  total.width.clear();
  return total;
}

}  // namespace

bool is_continuum(const Setting& setting) {
  return setting.systems[0]->continuum() != nullptr && setting.systems[1]->continuum() != nullptr;
}

TotalEnergy total_energy(const Setting& setting, double time) {
  if (!is_continuum(setting)) {
    return product_states(setting, time);
  }
  return convolved_densities(*setting.systems[0]->continuum(), *setting.systems[1]->continuum(),
                             setting, time);
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
