#include "rmtheat/theory/finite_size.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "rmtheat/model/observable/second_moments.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/theory/fourier.hpp"
#include "rmtheat/theory/one_point.hpp"
#include "rmtheat/theory/perturbative.hpp"

namespace rmtheat::theory {
namespace {

/// A function on [0, end] and its integral from 0, from its values at Chebyshev's extrema.
class ChebyshevSeries {
 public:
  /// The extrema, ascending from 0 to `end`; the degree is a power of 2.
  static std::vector<double> nodes(double end, std::size_t degree) {
    std::vector<double> nodes(degree + 1);
    for (std::size_t j = 0; j <= degree; ++j) {
      nodes[j] = 0.5 * end * (1.0 - std::cos(angle(j, degree)));
    }
    return nodes;
  }

  ChebyshevSeries(double end, const std::vector<double>& values)
      : end_(end), value_(values.size()), integral_(values.size() + 1) {
    const std::size_t degree = values.size() - 1;
    // The nodes ascend, their cosines descend.
    value_ = cosine_sums(std::vector<double>(values.rbegin(), values.rend()));
    for (std::size_t k = 0; k <= degree; ++k) {
      value_[k] *= (k == 0 || k == degree ? 1.0 : 2.0) / static_cast<double>(degree);
    }
    const auto coefficient = [&](std::size_t k) { return k <= degree ? value_[k] : 0.0; };
    for (std::size_t k = 1; k <= degree + 1; ++k) {
      const double lower = (k == 1 ? 2.0 : 1.0) * value_[k - 1];
      integral_[k] = 0.25 * end * (lower - coefficient(k + 1)) / static_cast<double>(k);
    }
    integral_[0] = -sum(integral_, 0.0);
  }

  [[nodiscard]] double value(double time) const { return sum(value_, time); }
  [[nodiscard]] double integral(double time) const { return sum(integral_, time); }

 private:
  static double angle(std::size_t j, std::size_t degree) {
    return std::numbers::pi * static_cast<double>(j) / static_cast<double>(degree);
  }

  /// Clenshaw's recurrence.
  [[nodiscard]] double sum(const std::vector<double>& coefficients, double time) const {
    const double x = 2.0 * time / end_ - 1.0;
    double next = 0.0;
    double after = 0.0;
    for (std::size_t k = coefficients.size(); k-- > 1;) {
      after = std::exchange(next, coefficients[k] + 2.0 * x * next - after);
    }
    return coefficients[0] + x * next - after;
  }

  double end_;
  std::vector<double> value_;
  std::vector<double> integral_;
};

/// The largest of a series from `begin` to the time of index k.
double largest_since(double begin, const std::vector<double>& series,
                     const std::vector<double>& times, std::size_t k) {
  double largest = 0.0;
  for (std::size_t s = k + 1; s-- > 0 && times[s] >= begin;) {
    largest = std::max(largest, std::abs(series[s]));
  }
  return largest;
}

/// What is left out over the curve: a power of x = finite_size_parameter(), and its factor.
struct RelativeSize {
  double factor;
  int order;
};

RelativeSize relative_size(const model::CouplingLaw& law, std::size_t dimension) {
  constexpr double of_gue = 1.0 / 8.0;
  constexpr double of_goe = 3.0 / 8.0;
  if (law.is_invariant()) {
    return {law.is_real() ? of_goe : of_gue, 2};
  }
  if (law.mixed_pairing_weight() > 0.0) {
    return {of_gue * static_cast<double>(dimension), 2};
  }
  return law.has_profile() && !law.is_real() ? RelativeSize{of_gue, 2} : RelativeSize{1.0, 1};
}

/// Of a second moment M, whose rate is corrected as currents are: -integral (lambda^2 t^2/D) dM/dt,
/// which is integrated by parts.
void add_to_second_moments(model::Curves& corrections, const Setting& setting,
                           const model::Curves& at_nodes, const std::vector<double>& nodes,
                           std::size_t dimension) {
  const double order = finite_size_parameter(setting.strength, 1.0, dimension);
  for (const auto& row : model::second_moments()) {
    if (!at_nodes.has(row.field)) {
      continue;
    }
    corrections.add(row.field);
    for (std::size_t pair = 0; pair < corrections.pairs(); ++pair) {
      const auto moment = at_nodes.curve(row.field, pair);
      std::vector<double> values(nodes.size());
      std::ranges::transform(moment, nodes, values.begin(), std::multiplies());
      const ChebyshevSeries series(nodes.back(), values);
      const auto correction = corrections.curve(row.field, pair);
      for (std::size_t k = 0; k < correction.size(); ++k) {
        const double time = setting.times[k];
        correction[k] = -order * (time * series.value(time) - 2.0 * series.integral(time));
      }
    }
  }
}

bool is_corrected(const Setting& setting, const model::CouplingLaw& law) {
  return law.is_real() && law.is_invariant() && setting.times.back() > 0.0;
}

/// The setting at times whose values make the series of any curve.
Setting at_chebyshev_nodes(const Setting& setting, const model::CouplingLaw& law) {
  // Frequencies up to the width of the spectrum of H, and a margin in which the series converges.
  const auto [low, high] = total_energy_range(setting, 0.0);
  const double end = setting.times.back();
  const double phase = 0.5 * end * (high - low + 2.0 * law.half_width() * setting.strength);
  const auto degree = std::bit_ceil(static_cast<std::size_t>(phase + 10.0 * std::cbrt(phase)) + 30);
  auto at_nodes = setting;
  at_nodes.times = ChebyshevSeries::nodes(end, degree);
  at_nodes.currents_only = !setting.with_statistics;
  return at_nodes;
}

}  // namespace

double finite_size_parameter(double strength, double time, std::size_t dimension) {
  return strength * strength * time * time / static_cast<double>(dimension);
}

Plan finite_size_correction_cost(const Setting& setting, const model::CouplingLaw& law,
                                 Plan (*of_currents)(const Setting&)) {
  return is_corrected(setting, law) ? of_currents(at_chebyshev_nodes(setting, law)) : Plan();
}

void add_finite_size_correction(Prediction& prediction, const Setting& setting,
                                const model::CouplingLaw& law, std::size_t dimension,
                                Prediction (*currents)(const Setting&)) {
  if (!is_corrected(setting, law)) {
    return;
  }
  const double end = setting.times.back();
  const auto at_nodes = at_chebyshev_nodes(setting, law);
  const auto source = currents(at_nodes);
  const auto series = [&](const model::Field& field, std::size_t pair) {
    const auto curve = source.curves.curve(field, pair);
    std::vector<double> values(curve.size());
    for (std::size_t k = 0; k < values.size(); ++k) {
      values[k] = -finite_size_parameter(setting.strength, at_nodes.times[k], dimension) * curve[k];
    }
    return ChebyshevSeries(end, values);
  };

  std::vector<model::Evolution> corrections;
  for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
    auto& correction = corrections.emplace_back(setting.times.size());
    correction.betas = setting.betas[pair];
    const std::array current = {series(model::fields::current_1, pair),
                                series(model::fields::current_2, pair)};
    std::optional<ChebyshevSeries> conductance;
    if (setting.with_conductance) {
      conductance = series(model::fields::conductance, pair);
    }
    for (std::size_t k = 0; k < setting.times.size(); ++k) {
      const double time = setting.times[k];
      for (std::size_t i = 0; i < 2; ++i) {
        correction.rate[i][k] = current[i].value(time);
        correction.energy[i][k] = current[i].integral(time);
      }
      correction.interaction.push_back(-correction.energy[0][k] - correction.energy[1][k]);
      if (conductance) {
        correction.conductance.push_back(conductance->value(time));
      }
    }
  }
  auto added = model::observe(corrections, setting.times.size(), setting.work_share);
  add_to_second_moments(added, setting, source.curves, at_nodes.times, dimension);
  add_curves(prediction, added);
  auto& largest = prediction.attributes["finite_size_correction"];
  for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
    const auto heat = added.curve(model::fields::heat_current, pair);
    const auto [least, most] = std::ranges::minmax(heat);
    largest.push_back(std::max(-least, most));
  }
}

std::map<model::Field, std::vector<double>> finite_size_left_out(const model::Curves& curves,
                                                                 const std::vector<double>& times,
                                                                 double strength,
                                                                 const model::CouplingLaw& law,
                                                                 std::size_t dimension) {
  constexpr double recent = 0.8;
  constexpr double memory = 4.0;  // where x is not small, earlier rates come back
  const auto [factor, order] = relative_size(law, dimension);
  std::vector<double> relative;  // to a rate
  std::vector<double> begin;     // of the times that count as recent
  for (const double time : times) {
    const double x = finite_size_parameter(strength, time, dimension);
    relative.push_back(factor * std::pow(x, order));
    begin.push_back(recent * time / std::max(1.0, memory * x));
  }
  std::map<model::Field, std::vector<double>> left_out;
  for (const auto& field : curves.fields()) {
    if (!field.is_curve()) {
      continue;
    }
    auto& sizes = left_out[field];
    const bool is_rate = field.units.ends_with("hbar");
    for (std::size_t pair = 0; pair < curves.pairs(); ++pair) {
      const auto curve = curves.curve(field, pair);
      // Of a field that is an integral over time, its rate over each interval from the one before.
      std::vector<double> rate(curve.begin(), curve.end());
      for (std::size_t k = 1; !is_rate && k < times.size(); ++k) {
        rate[k] = (curve[k] - curve[k - 1]) / (times[k] - times[k - 1]);
      }
      rate.front() = 0.0;
      double integral = 0.0;
      for (std::size_t k = 0; k < times.size(); ++k) {
        const double size = largest_since(begin[k], rate, times, k);
        if (k > 0) {  // x is a power of the time, which the rate multiplies
          integral += size * (times[k] * relative[k] - times[k - 1] * relative[k - 1]) /
                      static_cast<double>(2 * order + 1);
        }
        sizes.push_back(is_rate ? size * relative[k] : integral);
      }
    }
  }
  return left_out;
}

}  // namespace rmtheat::theory
