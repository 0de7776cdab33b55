#include "rmtheat/planning/control_coefficients.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>
#include <span>

#include "rmtheat/model/observable/evolution.hpp"
#include "rmtheat/model/observable/second_moments.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/theory/formulas.hpp"

namespace rmtheat::planning {
namespace {

using dynamics::ControlCoefficients;
using model::Experiment;

/// c is smooth: computed at these times at most, and interpolated.
constexpr std::size_t most_times = 33;
/// Of lambda^2, up and down, for the derivative.
constexpr double variation = 0.02;
/// At most this many levels of each system stand for all.
constexpr std::size_t most_levels = 40;

const theory::Formula& formula(std::string_view name) {
  return *std::ranges::find(theory::formulas(), name, &theory::Formula::name);
}

std::vector<double> levels_of(const model::System& system) {
  const std::size_t count = std::min(system.size, most_levels);
  if (system.density) {
    return model::place_levels(*system.density, count, model::LevelPlacement::quantile,
                               PhiloxStream(0, 0, Stream::levels_1));
  }
  std::vector<double> levels;
  for (std::size_t k = 0; k < count; ++k) {
    levels.push_back(system.file_levels[(2 * k + 1) * system.size / (2 * count)]);
  }
  return levels;
}

std::vector<double> some_times(const Experiment& experiment) {
  const std::size_t count = std::min(most_times, experiment.times.size());
  std::vector<double> times(count);
  for (std::size_t k = 1; k < count; ++k) {
    times[k] = experiment.times.back() * static_cast<double>(k) / static_cast<double>(count - 1);
  }
  return times;
}

/// By the model of costs, so that every rank and every run answers alike.
bool is_quick(const theory::Setting& setting) {
  constexpr double longest = 0.7;
  const auto plan = formula("resummed").plan(setting);
  return plan.feasible() && plan.seconds() <= longest;
}

/// Empty where all orders take long: late times at strong coupling, which have forgotten the second
/// order.
std::optional<theory::Setting> quick_setting_for(const Experiment& experiment) {
  const auto levels =
      model::centred({levels_of(experiment.systems[0]), levels_of(experiment.systems[1])}).levels;
  auto setting =
      theory::setting_for(experiment, {std::make_shared<model::WeightedLevels>(levels[0]),
                                       std::make_shared<model::WeightedLevels>(levels[1])});
  setting.times = some_times(experiment);
  // The full matrix responds much like others; where theirs takes long it stands for them.
  if (is_quick(setting)) {
    return setting;
  }
  setting.coupling = model::gaussian_unitary();
  return is_quick(setting) ? std::optional(setting) : std::nullopt;
}

/// The heat transferred into system 1, (T) of one initial state.
std::vector<double> heat(const model::Curves& curves, std::size_t pair, double work_share) {
  std::array<std::vector<double>, 2> gains;
  for (std::size_t system = 0; system < 2; ++system) {
    const auto energy = curves.curve(model::fields::energies[system], pair);
    for (const double value : energy) {
      gains[system].push_back(value - energy.front());
    }
  }
  return model::heat_current(work_share, gains);
}

/// Linear between `at` (n), from 0 on.
std::vector<double> interpolated(const std::vector<double>& values, const std::vector<double>& at,
                                 const std::vector<double>& times) {
  std::vector<double> result;
  const double step = at.back() / static_cast<double>(at.size() - 1);
  for (const double time : times) {
    const auto k = std::min(static_cast<std::size_t>(time / step), at.size() - 2);
    const double part = time / step - static_cast<double>(k);
    result.push_back(values[k] + part * (values[k + 1] - values[k]));
  }
  return result;
}

std::vector<double> ratio(std::span<const double> up, std::span<const double> down,
                          std::span<const double> leading) {
  double largest = 0.0;
  for (const double value : leading) {
    largest = std::max(largest, std::abs(value));
  }
  std::vector<double> coefficients;
  double last = 1.0;
  for (std::size_t t = 0; t < leading.size(); ++t) {
    if (std::abs(leading[t]) > 0.05 * largest) {
      const double response = (up[t] - down[t]) / (2.0 * std::log1p(variation));
      last = std::clamp(response / leading[t], 0.0, 1.0);
    }
    coefficients.push_back(last);
  }
  return coefficients;
}

}  // namespace

std::vector<ControlCoefficients> control_coefficients(const Experiment& experiment) {
  const std::vector<double> ones(experiment.times.size(), 1.0);
  const auto conductance = experiment.with_conductance ? ones : std::vector<double>();
  const auto second_moment = experiment.with_statistics ? ones : std::vector<double>();
  std::vector<ControlCoefficients> all(experiment.states.size(),
                                       {ones, ones, conductance, second_moment});
  const bool thermal = std::ranges::all_of(
      experiment.states, [](const auto& state) { return state->betas().has_value(); });
  if (!experiment.coupling->predicts("resummed") || !thermal || experiment.strength == 0.0) {
    return all;
  }
  const auto quick = quick_setting_for(experiment);
  if (!quick) {
    const std::vector<double> zeros(experiment.times.size());
    for (auto& [energy, rate, of_conductance, of_second_moment] : all) {
      energy = zeros;
      rate = zeros;
      of_conductance.assign(of_conductance.size(), 0.0);
      of_second_moment.assign(of_second_moment.size(), 0.0);
    }
    return all;
  }
  const auto& setting = *quick;
  const auto at_variance = [&](double factor) {
    auto varied = setting;
    varied.strength *= std::sqrt(factor);
    return formula("resummed").predict(varied).curves;
  };
  const auto leading = formula("lo").predict(setting).curves;
  const auto up = at_variance(1.0 + variation);
  const auto down = at_variance(1.0 / (1.0 + variation));
  const auto of = [&](const auto& curve) {
    return interpolated(ratio(curve(up), curve(down), curve(leading)), setting.times,
                        experiment.times);
  };
  for (std::size_t pair = 0; pair < all.size(); ++pair) {
    all[pair].energy =
        of([&](const auto& curves) { return heat(curves, pair, setting.work_share); });
    all[pair].rate =
        of([&](const auto& curves) { return curves.curve(model::fields::heat_current, pair); });
    if (experiment.with_conductance) {
      all[pair].conductance =
          of([&](const auto& curves) { return curves.curve(model::fields::conductance, pair); });
    }
    if (experiment.with_statistics) {
      all[pair].second_moment = of([&](const auto& curves) {
        return curves.curve(model::fields::heat_second_moment, pair);
      });
    }
  }
  return all;
}

double remaining_variance(dynamics::NoiseReduction reduction, const ControlCoefficients& control,
                          const model::CouplingLaw& law) {
  const std::span late = std::span(control.rate).subspan(control.rate.size() / 2);
  const double forgotten =
      1.0 - std::accumulate(late.begin(), late.end(), 0.0) / static_cast<double>(late.size());
  const double with_control = 0.3 * forgotten * (1.0 + forgotten) + 0.4 * std::pow(forgotten, 4);
  double with_both = std::pow(forgotten * (0.5 + 0.23 * forgotten), 2);
  if (law.mixed_pairing_weight() > 0.0) {
    with_both = std::max(with_both, 0.5 * with_control);
  }
  switch (reduction) {
    case dynamics::NoiseReduction::control:
      return with_control;
    case dynamics::NoiseReduction::both:
      return with_both;
    case dynamics::NoiseReduction::pairs:
      return 1.0 - (with_control - with_both);  // the odd orders
    case dynamics::NoiseReduction::none:
    case dynamics::NoiseReduction::automatic:
      break;
  }
  return 1.0;
}

dynamics::NoiseReduction efficient_control(const Experiment& experiment,
                                           std::span<const ControlCoefficients> control) {
  using dynamics::NoiseReduction;
  if (!experiment.coupling->predicts("resummed") || !experiment.coupling->is_symmetric()) {
    return NoiseReduction::none;
  }
  const auto worst = [&](NoiseReduction reduction) {
    double largest = 0.0;
    for (const auto& of_state : control) {
      largest = std::max(largest, remaining_variance(reduction, of_state, *experiment.coupling));
    }
    return largest;
  };
  // A pair takes two diagonalizations.
  return 2.0 * worst(NoiseReduction::both) < worst(NoiseReduction::control)
             ? NoiseReduction::both
             : NoiseReduction::control;
}

}  // namespace rmtheat::planning
