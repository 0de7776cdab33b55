#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <numbers>
#include <numeric>
#include <span>

#include "band_limited.hpp"
#include "band_nodes.hpp"
#include "ladder.hpp"
#include "rmtheat/model/observable/evolution.hpp"

namespace rmtheat::theory {
namespace {

constexpr std::size_t block_times = 128;

/// A sum -2 lambda^2 Im sum_k v_k(t) conj u_k(t); columns belong to the bands' nodes.
struct Form {
  const Matrix* u;
  Matrix v;
};

/// -2 lambda^2 Im sum_k v_k conj u_k for each form at each time, restricted to a group of bands.
std::vector<std::vector<double>> by_matrices(const Bands& bands, const Group& group,
                                             std::span<const Form> forms, double order_2,
                                             std::span<const double> times) {
  std::vector<std::vector<double>> result(forms.size());
  for (std::size_t begin = 0; begin < times.size(); begin += block_times) {
    const auto block = times.subspan(begin, std::min(block_times, times.size() - begin));
    const auto weights = bands.weights(group.bands, block);
    const Matrix* last = nullptr;
    Matrix u;
    for (std::size_t f = 0; f < forms.size(); ++f) {
      if (forms[f].u != last) {
        last = forms[f].u;
        u = product(*last, false, group.first_node, weights);
      }
      const auto v = product(forms[f].v, false, group.first_node, weights);
      for (std::size_t t = 0; t < block.size(); ++t) {
        const std::size_t imaginary = block.size() + t;
        double sum = 0.0;
        for (std::size_t k = 0; k < u.rows; ++k) {
          sum += v.column(imaginary)[k] * u.column(t)[k] - v.column(t)[k] * u.column(imaginary)[k];
        }
        result[f].push_back(-2.0 * order_2 * sum);
      }
    }
  }
  return result;
}

/// The same at equidistant times by fast transforms, level by level.
std::vector<std::vector<double>> by_transforms(const Bands& bands, const Group& group,
                                               const BandLimited& samples,
                                               std::span<const Form> forms, double order_2) {
  const Bands::GroupTransform transform(bands, group, samples.first(), samples.step(),
                                        samples.count());
  std::vector result(forms.size(), std::vector<double>(samples.count()));
  const std::size_t levels = forms.front().u->rows;
  for (std::size_t k = 0; k < levels; ++k) {
    const Matrix* last = nullptr;
    std::vector<std::complex<double>> u;
    for (std::size_t f = 0; f < forms.size() && k < forms[f].u->rows; ++f) {
      if (forms[f].u != last) {
        last = forms[f].u;
        u = transform(*last, k);
      }
      const auto v = transform(forms[f].v, k);
      for (std::size_t t = 0; t < u.size(); ++t) {
        result[f][t] -= 2.0 * order_2 * (v[t].imag() * u[t].real() - v[t].real() * u[t].imag());
      }
    }
  }
  return result;
}

/// The forms at each time.
std::vector<std::vector<double>> rates(const Bands& bands, std::span<const Form> forms,
                                       double order_2, std::span<const double> times) {
  const auto whole = bands.whole();
  const BandLimited samples(whole.width, times.back());
  if (!bands.transforms_fast(whole, samples.count(), times.size())) {
    return by_matrices(bands, whole, forms, order_2, times);
  }
  auto result = by_transforms(bands, whole, samples, forms, order_2);
  for (auto& series : result) {
    series = samples.at(series, times);
  }
  return result;
}

/// integral_0^t of the forms at each time.
std::vector<std::vector<double>> integrals(const Bands& bands, std::span<const Form> forms,
                                           double order_2, std::span<const double> times,
                                           double refinement) {
  std::vector<std::vector<double>> result(forms.size(), std::vector<double>(times.size()));
  for (const auto& group : bands.groups()) {
    const BandLimited samples(refinement * group.width, times.back());
    const auto values = bands.transforms_fast(group, samples.count(), samples.count())
                            ? by_transforms(bands, group, samples, forms, order_2)
                            : by_matrices(bands, group, forms, order_2, samples.times());
    for (std::size_t f = 0; f < forms.size(); ++f) {
      const auto within = samples.integrals(values[f], times);
      std::ranges::transform(result[f], within, result[f].begin(), std::plus());
    }
  }
  if (bands.groups().size() == 1) {
    return result;
  }
  // Between groups e^(-i(x-y)t) is integrated by 1 / (x - y).
  const auto all = bands.whole().bands;
  for (std::size_t f = 0; f < forms.size(); ++f) {
    auto overlap = product(forms[f].v, true, 0, *forms[f].u);
    for (std::size_t l = 0; l < overlap.columns; ++l) {
      for (std::size_t j = 0; j < overlap.rows; ++j) {
        double& element = overlap.column(l)[j];
        element = bands.group_of(j) == bands.group_of(l) ? 0.0 : element / bands.difference(j, l);
      }
    }
    const auto add_at = [&](std::span<const double> block, std::span<double> sums, double factor) {
      const auto weights = bands.weights(all, block);
      const auto turned = product(overlap, false, 0, weights);
      for (std::size_t part = 0; part < weights.columns; ++part) {
        sums[part % block.size()] +=
            factor * std::inner_product(weights.column(part), weights.column(part) + weights.rows,
                                        turned.column(part), 0.0);
      }
    };
    std::vector<double> start(1);
    add_at(std::vector{0.0}, start, 2.0 * order_2);
    std::ranges::for_each(result[f], [&](double& value) { value += start[0]; });
    for (std::size_t begin = 0; begin < times.size(); begin += block_times) {
      const std::size_t size = std::min(block_times, times.size() - begin);
      add_at(times.subspan(begin, size), std::span(result[f]).subspan(begin, size), -2.0 * order_2);
    }
  }
  return result;
}

/// Forms of the rates of second moments; none without statistics.
std::vector<Form> second_moment_forms(const Bands& bands, const EnergyMeasure& infinite,
                                      const EnergyMeasure& initial) {
  std::vector<Form> forms;
  for (std::size_t k = 2; k < initial.energy.size(); ++k) {
    const std::size_t i = (k - 2) / 2;
    const std::size_t j = (k - 1) / 2;
    forms.push_back(
        {&bands.amplitudes(), bands.transfer({{{infinite.energy[k], initial.probability, 1.0},
                                               {infinite.probability, initial.energy[k], 1.0},
                                               {infinite.energy[i], initial.energy[j], -1.0},
                                               {infinite.energy[j], initial.energy[i], -1.0}}})});
  }
  return forms;
}

/// Forms of the currents into both systems.
std::vector<Form> current_forms(const Bands& bands, const EnergyMeasure& infinite,
                                const EnergyMeasure& initial) {
  std::vector<Form> forms;
  for (std::size_t i = 0; i < 2; ++i) {
    forms.push_back(
        {&bands.amplitudes(), bands.transfer({{{infinite.energy[i], initial.probability, 1.0},
                                               {infinite.probability, initial.energy[i], -1.0}}})});
  }
  return forms;
}

}  // namespace

double least_cost_in_bands(const TotalEnergy& total) {
  constexpr double bisections = 60.0;
  const auto states = static_cast<double>(total.node.size());
  return bisections * states * states;
}

double cost_in_bands(const Setting& setting, const TotalEnergy& total) {
  Bands bands(total, setting.strength * setting.strength, setting.times.back(), 1.0);
  bands.choose_groups(setting.times);
  const double rates = bands.rates_cost(setting.times);
  const double integrals = setting.currents_only ? 0.0 : setting.with_statistics ? 9.0 : 6.0;
  return static_cast<double>(total.initial.size()) *
         (integrals * bands.integration_cost(setting.times) + 4.0 * rates);
}

std::vector<Ladder> expansion_in_bands(const Setting& setting, const TotalEnergy& total,
                                       int orders) {
  // Ladder / lambda^2 is an entire function of x = lambda^2; its value and slope at 0 are those of
  // the polynomial through points up to x t^2 = 1/2, where the next terms are below 1e-13.
  constexpr double reach = 0.5;
  constexpr double tiny = 1e-14;
  const double time = setting.times.back();
  const std::size_t points = orders == 1 ? 1 : 10;
  std::vector<double> x;
  for (std::size_t k = 0; k < points; ++k) {
    const double angle =
        std::numbers::pi * (static_cast<double>(k) + 0.5) / static_cast<double>(points);
    x.push_back((orders == 1 ? tiny : reach * 0.5 * (1.0 - std::cos(angle))) / (time * time));
  }
  const double order_2 = setting.strength * setting.strength;
  std::vector<Ladder> sum;
  for (std::size_t k = 0; k < points; ++k) {
    // Lagrange's basis at 0 and its slope there.
    double value = 1.0;
    double slope = 0.0;
    for (std::size_t l = 0; l < points; ++l) {
      if (l != k) {
        value *= x[l] / (x[l] - x[k]);
        slope -= 1.0 / x[l];
      }
    }
    const double factor = order_2 * (orders == 1 ? 1.0 : value * (1.0 + order_2 * slope)) / x[k];
    auto weak = setting;
    weak.strength = std::sqrt(x[k]);
    const auto ladders = ladder_in_bands(weak, total);
    sum.resize(ladders.size());
    for (std::size_t pair = 0; pair < ladders.size(); ++pair) {
      sum[pair].add(ladders[pair], factor);
    }
  }
  return sum;
}

std::vector<Ladder> ladder_in_bands(const Setting& setting, const TotalEnergy& total) {
  constexpr double finer = 1.25;
  const double order_2 = setting.strength * setting.strength;
  Bands bands(total, order_2, setting.times.back(), 1.0);
  Bands other_bands(total, order_2, setting.times.back(), finer);
  bands.choose_groups(setting.times);
  other_bands.choose_groups(sampled(setting.times));
  const auto mean = bands.average(total.infinite.probability);
  const auto some_times = sampled(setting.times);
  const auto add_conductance = [&](Ladder& ladder, std::size_t pair) {
    if (setting.with_conductance) {
      const auto forms = current_forms(bands, total.infinite, total.response[pair]);
      const auto response = rates(bands, forms, order_2, setting.times);
      ladder.conductance = model::heat_current(setting.work_share, {response[0], response[1]});
    }
  };
  std::vector<Ladder> ladders;
  for (std::size_t pair = 0; pair < total.initial.size(); ++pair) {
    const auto& initial = total.initial[pair];
    Ladder ladder;
    auto forms = current_forms(bands, total.infinite, initial);
    auto current = rates(bands, forms, order_2, setting.times);
    if (setting.currents_only) {
      ladder.interaction.resize(setting.times.size());
      ladder.change.fill(ladder.interaction);
      ladder.rate = {std::move(current[0]), std::move(current[1])};
      add_conductance(ladder, pair);
      ladders.push_back(std::move(ladder));
      continue;
    }
    std::ranges::move(second_moment_forms(bands, total.infinite, initial),
                      std::back_inserter(forms));
    // dE_int/dt by Gaussian integration by parts, for a check: not the sum of the others.
    forms.push_back({&mean, bands.average(initial.probability)});
    auto energy = integrals(bands, forms, order_2, setting.times, 1.0);
    const auto other_energy =
        integrals(other_bands, current_forms(other_bands, total.infinite, initial), order_2,
                  some_times, finer);
    for (std::size_t i = 0; i < 2; ++i) {
      ladder.error =
          std::max(ladder.error, largest_difference(sampled(energy[i]), other_energy[i]));
      ladder.rate[i] = std::move(current[i]);
      ladder.change[i] = std::move(energy[i]);
    }
    ladder.interaction = std::move(energy.back());
    for (std::size_t k = 2; k + 1 < energy.size(); ++k) {
      ladder.second_moments[k - 2] = std::move(energy[k]);
    }
    const auto start =
        product(forms.back().v, false, 0, bands.weights(bands.whole().bands, std::vector{0.0}));
    ladder.probability_error = std::abs(*start.column(0) - 1.0);
    add_conductance(ladder, pair);
    ladders.push_back(std::move(ladder));
  }
  return ladders;
}

}  // namespace rmtheat::theory
