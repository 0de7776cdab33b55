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

SystemAverage thermal(std::span<const ThermalMoments> moments, bool with_squares) {
  SystemAverage result;
  for (const auto& m : moments) {
    result.phase.push_back(m[0]);
    result.energy.push_back(m[1]);
    if (with_squares) {
      result.square.push_back(m[2]);
    }
  }
  return result;
}

/// Takes energies from `origin`.
void shift(std::vector<ThermalMoments>& moments, double origin) {
  for (auto& m : moments) {
    m[2] += origin * (origin * m[0] - 2.0 * m[1]);
    m[1] -= origin * m[0];
  }
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
  const auto add = [](std::vector<Complex>& series, const std::vector<Complex>& left,
                      const std::vector<Complex>& right) {
    series.resize(left.size());
    for (std::size_t k = 0; k < left.size(); ++k) {
      series[k] += left[k] * right[k];
    }
  };
  sum.energy.resize(first.square.empty() ? 2 : 5);
  add(sum.phase, first.phase, second.phase);
  add(sum.energy[0], first.energy, second.phase);
  add(sum.energy[1], first.phase, second.energy);
  if (!first.square.empty()) {
    add(sum.energy[2], first.square, second.phase);
    add(sum.energy[3], first.energy, second.energy);
    add(sum.energy[4], first.phase, second.square);
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
  auto moments_1 = setting.systems[0]->thermal_moments(betas_1, xs);
  auto moments_2 = setting.systems[1]->thermal_moments(betas_2, xs);
  const auto origins = energy_origins(setting);
  const bool squares = setting.with_statistics;
  if (squares) {
    shift(moments_1, origins[0]);
    shift(moments_2, origins[1]);
  }
  const auto row = [&xs](const std::vector<ThermalMoments>& moments, std::size_t k) {
    return std::span(moments).subspan(k * xs.size(), xs.size());
  };
  const std::size_t pairs = setting.betas.size();

  SystemFunctions result;
  result.infinite = {thermal(row(moments_1, 0), squares), thermal(row(moments_2, 0), squares)};
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    result.initial.push_back(
        {thermal(row(moments_1, 1 + pair), squares), thermal(row(moments_2, 1 + pair), squares)});
    if (!setting.with_conductance) {
      continue;
    }
    const double beta = model::mean_beta(setting.betas[pair]);
    const auto mean_1 = row(moments_1, 1 + pairs + pair);
    const auto mean_2 = row(moments_2, 1 + pairs + pair);
    const double factor = 0.5 * beta * beta;
    const auto mean_energy = [&](std::size_t system) {
      return setting.systems[system]->mean_energy(beta) - origins[system];
    };
    result.response.push_back(
        {SystemAverages{minus_beta_derivative(mean_1, mean_energy(0), -factor),
                        thermal(mean_2, false)},
         SystemAverages{thermal(mean_1, false),
                        minus_beta_derivative(mean_2, mean_energy(1), factor)}});
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

std::array<double, 2> energy_origins(const Setting& setting) {
  return setting.with_statistics
             ? std::array{setting.systems[0]->mean(), setting.systems[1]->mean()}
             : std::array{0.0, 0.0};
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
    for (std::size_t i = 0; i < average.energy.size(); ++i) {
      const double unit = i < 2 ? width : width * width;
      note_series(average.energy[i], scale * unit + std::abs(average.energy[i][0]));
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
  return {std::move(systems),  std::move(betas),          experiment.strength,
          experiment.times,    experiment.work_share(),   experiment.with_conductance,
          experiment.coupling, experiment.with_statistics};
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
