#include "rmtheat/theory/one_point.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {
namespace {

using model::Complex;
using model::ThermalMoments;

SystemAverage thermal(std::span<const ThermalMoments> moments) {
  SystemAverage result;
  for (const auto& m : moments) {
    result.phase.push_back(m[0]);
    result.energy.push_back(m[1]);
  }
  return result;
}

/// `factor` times the derivative with respect to -beta, of <E^k e^(-ixE)>_beta:
/// <E^(k+1) e^(-ixE)> - <E> <E^k e^(-ixE)>.
SystemAverage minus_beta_derivative(std::span<const ThermalMoments> moments, double mean,
                                    double factor) {
  SystemAverage result;
  for (const auto& m : moments) {
    result.phase.push_back(factor * (m[1] - mean * m[0]));
    result.energy.push_back(factor * (m[2] - mean * m[1]));
  }
  return result;
}

void add_product(PhaseAverage& sum, const SystemAverages& factors) {
  const auto& [first, second] = factors;
  for (auto* series : {&sum.phase, &sum.energy[0], &sum.energy[1]}) {
    series->resize(first.phase.size());
  }
  for (std::size_t k = 0; k < sum.phase.size(); ++k) {
    sum.phase[k] += first.phase[k] * second.phase[k];
    sum.energy[0][k] += first.energy[k] * second.phase[k];
    sum.energy[1][k] += first.phase[k] * second.energy[k];
  }
}

PhaseAverage product(const SystemAverages& factors) {
  PhaseAverage result;
  add_product(result, factors);
  return result;
}

/// Inverse temperatures at which one system's averages are taken: infinite temperature, each pair's
/// own, each pair's mean where the conductance is asked for.
std::vector<double> betas_of(const Setting& setting, std::size_t system) {
  std::vector<double> betas = {0.0};
  for (const auto& pair : setting.betas) {
    betas.push_back(pair[system]);
  }
  if (setting.with_conductance) {
    for (const auto& pair : setting.betas) {
      betas.push_back(model::mean_beta(pair));
    }
  }
  return betas;
}

}  // namespace

SystemFunctions system_functions(const Setting& setting, std::span<const double> xs) {
  const auto betas_1 = betas_of(setting, 0);
  const auto betas_2 = betas_of(setting, 1);
  const auto moments_1 = setting.systems[0]->thermal_moments(betas_1, xs);
  const auto moments_2 = setting.systems[1]->thermal_moments(betas_2, xs);
  const auto row = [&xs](const std::vector<ThermalMoments>& moments, std::size_t k) {
    return std::span(moments).subspan(k * xs.size(), xs.size());
  };
  const std::size_t pairs = setting.betas.size();

  SystemFunctions result;
  result.infinite = {thermal(row(moments_1, 0)), thermal(row(moments_2, 0))};
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    result.initial.push_back(
        {thermal(row(moments_1, 1 + pair)), thermal(row(moments_2, 1 + pair))});
    if (!setting.with_conductance) {
      continue;
    }
    const double beta = model::mean_beta(setting.betas[pair]);
    const auto mean_1 = row(moments_1, 1 + pairs + pair);
    const auto mean_2 = row(moments_2, 1 + pairs + pair);
    const double factor = 0.5 * beta * beta;
    result.response.push_back(
        {SystemAverages{
             minus_beta_derivative(mean_1, setting.systems[0]->mean_energy(beta), -factor),
             thermal(mean_2)},
         SystemAverages{
             thermal(mean_1),
             minus_beta_derivative(mean_2, setting.systems[1]->mean_energy(beta), factor)}});
  }
  return result;
}

OnePointFunctions one_point_functions(const Setting& setting, std::span<const double> xs) {
  const auto systems = system_functions(setting, xs);
  OnePointFunctions result;
  result.infinite = product(systems.infinite);
  std::ranges::transform(systems.initial, std::back_inserter(result.initial), product);
  for (const auto& [first, second] : systems.response) {
    result.response.push_back(product(first));
    add_product(result.response.back(), second);
  }
  return result;
}

double decay_time(const Setting& setting, double end) {
  constexpr double negligible = 1e-15;
  constexpr double samples_per_octave = 8.0;
  if (!is_continuum(setting) || end <= 0.0) {
    return end;
  }
  const auto [low, high] = total_energy_range(setting, negligible);
  const double width = high - low;
  std::vector<double> times = {0.0};
  while (std::max(times.back(), 1.0 / width) < end) {
    times.push_back(std::max(1.0 / width, times.back() * std::exp2(1.0 / samples_per_octave)));
  }
  times.back() = std::min(times.back(), end);
  const auto functions = one_point_functions(setting, times);
  std::vector<double> largest(times.size());
  const auto note = [&](const PhaseAverage& average) {
    const auto note_series = [&](const std::vector<Complex>& series, double scale) {
      for (std::size_t k = 0; k < times.size() && scale > 0.0; ++k) {
        largest[k] = std::max(largest[k], std::abs(series[k]) / scale);
      }
    };
    double scale = 0.0;
    for (const Complex value : average.phase) {
      scale = std::max(scale, std::abs(value));
    }
    note_series(average.phase, scale);
    for (const auto& series : average.energy) {
      note_series(series, scale * width + std::abs(series[0]));
    }
  };
  note(functions.infinite);
  std::ranges::for_each(functions.initial, note);
  std::ranges::for_each(functions.response, note);
  std::size_t last = times.size();
  while (last > 0 && largest[last - 1] < negligible) {
    --last;
  }
  return last < times.size() ? times[last] : end;
}

std::pair<double, double> total_energy_range(const Setting& setting, double tolerance) {
  std::pair total(0.0, 0.0);
  for (std::size_t system = 0; system < 2; ++system) {
    const auto& spectrum = *setting.systems[system];
    auto [low, high] = spectrum.energy_range(0.0, tolerance);
    for (const double beta : betas_of(setting, system)) {
      const auto [thermal_low, thermal_high] = spectrum.energy_range(beta, tolerance);
      low = std::min(low, thermal_low);
      high = std::max(high, thermal_high);
    }
    total.first += low;
    total.second += high;
  }
  return total;
}

Setting setting_for(const model::Experiment& experiment,
                    std::array<std::shared_ptr<const model::Spectrum>, 2> systems) {
  std::vector<model::Betas> betas;
  for (const auto& state : experiment.states) {
    betas.push_back(state->betas().value());
  }
  return {std::move(systems), std::move(betas),        experiment.strength,
          experiment.times,   experiment.work_share(), experiment.with_conductance,
          experiment.coupling};
}

void require_valid(const Setting& setting) {
  if (!setting.systems[0] || !setting.systems[1] || setting.betas.empty()) {
    throw std::invalid_argument("A prediction needs two systems and a temperature pair.");
  }
  const auto& times = setting.times;
  if (times.empty() || times.front() != 0.0 ||
      std::adjacent_find(times.begin(), times.end(), std::greater_equal<>()) != times.end()) {
    throw std::invalid_argument("The times of a prediction must ascend from 0.");
  }
  for (const auto& pair : setting.betas) {
    for (std::size_t system = 0; system < 2; ++system) {
      const auto& spectrum = *setting.systems[system];
      for (const double beta : {pair[system], model::mean_beta(pair)}) {
        if ((beta == pair[system] || setting.with_conductance) && !spectrum.admits(beta)) {
          throw InputError(fmt::format("The inverse temperature {} of system {} must be {}.", beta,
                                       system + 1, spectrum.admissible_betas()));
        }
      }
    }
  }
}

}  // namespace rmtheat::theory
