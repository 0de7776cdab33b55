#include "rmtheat/theory/one_point.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {
namespace {

using model::Complex;
using model::ThermalMoments;

/// One system's averages over x, and their derivative with respect to -beta.
struct SystemAverage {
  std::vector<Complex> phase;
  std::vector<Complex> energy;
};

SystemAverage thermal(std::span<const ThermalMoments> moments) {
  SystemAverage result;
  for (const auto& m : moments) {
    result.phase.push_back(m[0]);
    result.energy.push_back(m[1]);
  }
  return result;
}

/// Of <E^k e^(-ixE)>_beta: <E^(k+1) e^(-ixE)> - <E> <E^k e^(-ixE)>.
SystemAverage minus_beta_derivative(std::span<const ThermalMoments> moments, double mean) {
  SystemAverage result;
  for (const auto& m : moments) {
    result.phase.push_back(m[1] - mean * m[0]);
    result.energy.push_back(m[2] - mean * m[1]);
  }
  return result;
}

PhaseAverage zero_average(std::size_t size) {
  const std::vector<Complex> zero(size);
  return {zero, {zero, zero}};
}

void add_product(PhaseAverage& sum, double factor, const SystemAverage& first,
                 const SystemAverage& second) {
  for (std::size_t k = 0; k < sum.phase.size(); ++k) {
    sum.phase[k] += factor * first.phase[k] * second.phase[k];
    sum.energy[0][k] += factor * first.energy[k] * second.phase[k];
    sum.energy[1][k] += factor * first.phase[k] * second.energy[k];
  }
}

PhaseAverage product(const SystemAverage& first, const SystemAverage& second) {
  PhaseAverage result = zero_average(first.phase.size());
  add_product(result, 1.0, first, second);
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

OnePointFunctions one_point_functions(const Setting& setting, std::span<const double> xs) {
  const auto betas_1 = betas_of(setting, 0);
  const auto betas_2 = betas_of(setting, 1);
  const auto moments_1 = setting.systems[0]->thermal_moments(betas_1, xs);
  const auto moments_2 = setting.systems[1]->thermal_moments(betas_2, xs);
  const auto row = [&xs](const std::vector<ThermalMoments>& moments, std::size_t k) {
    return std::span(moments).subspan(k * xs.size(), xs.size());
  };
  const std::size_t pairs = setting.betas.size();

  OnePointFunctions result;
  result.infinite = product(thermal(row(moments_1, 0)), thermal(row(moments_2, 0)));
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    const auto own_1 = thermal(row(moments_1, 1 + pair));
    const auto own_2 = thermal(row(moments_2, 1 + pair));
    result.initial.push_back(product(own_1, own_2));

    if (!setting.with_conductance) {
      continue;
    }
    const double beta = model::mean_beta(setting.betas[pair]);
    const auto mean_1 = row(moments_1, 1 + pairs + pair);
    const auto mean_2 = row(moments_2, 1 + pairs + pair);
    const auto slope_1 = minus_beta_derivative(mean_1, setting.systems[0]->mean_energy(beta));
    const auto slope_2 = minus_beta_derivative(mean_2, setting.systems[1]->mean_energy(beta));
    auto response = zero_average(xs.size());
    add_product(response, -0.5 * beta * beta, slope_1, thermal(mean_2));
    add_product(response, 0.5 * beta * beta, thermal(mean_1), slope_2);
    result.response.push_back(std::move(response));
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
