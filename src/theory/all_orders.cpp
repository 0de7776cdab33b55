#include "rmtheat/theory/all_orders.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "rmtheat/model/observable/table.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/theory/contour.hpp"
#include "rmtheat/theory/one_point.hpp"
#include "rmtheat/theory/resolvents.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {
namespace {

using model::Complex;

/// The averages <g_e(z)> and <E_i g_e(z)> on the contour: Laplace transforms of phase averages that
/// decay.
using ResolventAverage = PhaseAverage;

/// The distribution of the total energy about the middle of its range.
struct CentredEnergy {
  explicit CentredEnergy(const Setting& setting)
      : total(total_energy(setting, setting.times.back())) {
    require_normalized(total, setting);
    const auto [low, high] = std::minmax_element(total.node.begin(), total.node.end());
    const double middle = 0.5 * (*low + *high);
    const double width = 0.5 * (*high - *low);
    half_width = width > 0.0 ? width : std::max(1e-3, setting.strength);
    for (double& energy : total.node) {
      energy -= middle;
    }
  }

  TotalEnergy total;
  double half_width;
};

/// a / b by its formula: C++'s own operator guards against overflow, which is far away here, and
/// takes several times longer.
Complex quotient(Complex a, Complex b) { return a * std::conj(b) / std::norm(b); }

/// zeta(z) = z - lambda^2 G(zeta) in the upper half plane, from a guess. The iteration of this map
/// converges to its only fixed point there; Newton's steps make it fast.
Complex solve_dyson(const Resolvents& resolvents, Complex z, double order_2, Complex guess) {
  constexpr int most_iterations = 2000;
  constexpr double tolerance = 1e-14;
  const auto above = [&](Complex zeta) { return zeta.imag() >= 0.5 * z.imag(); };
  Complex zeta = above(guess) ? guess : z;
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    const auto [value, slope] = resolvents.first(zeta);
    const Complex residual = zeta + order_2 * value - z;
    const Complex newton = zeta - residual / (1.0 + order_2 * slope);
    zeta = above(newton) ? newton : z - order_2 * value;
    if (std::abs(residual) <= tolerance * (1.0 + std::abs(z))) {
      return zeta;
    }
  }
  throw NumericalError(
      fmt::format("Dyson's equation was not solved at z = {} + {}i within {} iterations.", z.real(),
                  z.imag(), most_iterations));
}

/// Chebyshev moments of all measures: those at infinite temperature, then of each initial state and
/// response.
Resolvents resolvents_of(const CentredEnergy& energy, std::size_t degree) {
  std::vector<std::span<const double>> measures;
  const auto add = [&measures](const EnergyMeasure& measure) {
    measures.insert(measures.end(), {measure.probability, measure.energy[0], measure.energy[1]});
  };
  add(energy.total.infinite);
  std::for_each(energy.total.initial.begin(), energy.total.initial.end(), add);
  std::for_each(energy.total.response.begin(), energy.total.response.end(), add);
  return {energy.total.node, measures, energy.half_width, degree};
}

/// The resolvent averages on one contour, and the curves that follow from them.
class Resummation {
 public:
  using Inversion = Contour::Inversion;

  Resummation(const Setting& setting, const CentredEnergy& energy, double growth);

  /// The times at which to know the curves.
  [[nodiscard]] Inversion at(std::span<const double> times) const { return contour_.at(times); }

  [[nodiscard]] Contour::Curve energy_change(std::size_t i, std::size_t pair,
                                             const Inversion& invert) const;
  [[nodiscard]] Contour::Curve interaction_energy(std::size_t pair, const Inversion& invert) const;
  [[nodiscard]] Contour::Curve probability(std::size_t pair, const Inversion& invert) const;
  /// The heat current in response to a temperature difference, for this work share.
  [[nodiscard]] std::vector<double> conductance(std::size_t pair, double share,
                                                const Inversion& invert) const;

 private:
  /// DeltaE_i(z_j, conj z_k).
  [[nodiscard]] Complex transfer(const ResolventAverage& initial, std::size_t i, std::size_t j,
                                 std::size_t k) const;

  double order_2_;
  Contour contour_;
  std::vector<Complex> zeta_;
  ResolventAverage infinite_;
  std::vector<ResolventAverage> initial_;
  std::vector<ResolventAverage> response_;
};

Resummation::Resummation(const Setting& setting, const CentredEnergy& energy, double growth)
    : order_2_(setting.strength * setting.strength),
      contour_(energy.half_width + 2.0 * std::abs(setting.strength), setting.times.back(), growth),
      initial_(setting.betas.size()),
      response_(setting.betas.size()) {
  const auto resolvents = resolvents_of(energy, contour_.resolving_degree(energy.half_width));
  Complex guess = contour_.nodes().front();
  for (const Complex z : contour_.nodes()) {
    // Averages at conj z are the complex conjugates of those at z.
    const bool upper = z.imag() > 0.0;
    guess = solve_dyson(resolvents, upper ? z : std::conj(z), order_2_, guess);
    zeta_.push_back(upper ? guess : std::conj(guess));
    const auto values = resolvents.all(guess);
    auto value = values.begin();
    const auto take = [&](ResolventAverage& average) {
      for (auto* series : {&average.phase, &average.energy[0], &average.energy[1]}) {
        series->push_back(upper ? *value : std::conj(*value));
        ++value;
      }
    };
    take(infinite_);
    std::for_each(initial_.begin(), initial_.end(), take);
    std::for_each(response_.begin(), response_.end(), take);
  }
}

Complex Resummation::transfer(const ResolventAverage& initial, std::size_t i, std::size_t j,
                              std::size_t k) const {
  const auto gap = [j, k](const std::vector<Complex>& x) { return x[j] - std::conj(x[k]); };
  return order_2_ * quotient(gap(initial.phase) * gap(infinite_.energy[i]) -
                                 gap(initial.energy[i]) * gap(infinite_.phase),
                             gap(zeta_) * gap(contour_.nodes()));
}

Contour::Curve Resummation::energy_change(std::size_t i, std::size_t pair,
                                          const Inversion& invert) const {
  const auto& initial = initial_[pair];
  return invert([&](std::size_t j, std::size_t k) { return transfer(initial, i, j, k); });
}

Contour::Curve Resummation::interaction_energy(std::size_t pair, const Inversion& invert) const {
  const auto& m = infinite_.phase;
  const auto& r = initial_[pair].phase;
  const auto& z = contour_.nodes();
  return invert([&](std::size_t j, std::size_t k) {
    return -order_2_ *
           quotient((m[j] + std::conj(m[k])) * (r[j] - std::conj(r[k])), z[j] - std::conj(z[k]));
  });
}

Contour::Curve Resummation::probability(std::size_t pair, const Inversion& invert) const {
  const auto& r = initial_[pair].phase;
  const auto& z = contour_.nodes();
  return invert([&](std::size_t j, std::size_t k) {
    return -quotient(r[j] - std::conj(r[k]), z[j] - std::conj(z[k]));
  });
}

std::vector<double> Resummation::conductance(std::size_t pair, double share,
                                             const Inversion& invert) const {
  const auto& response = response_[pair];
  return invert([&](std::size_t j, std::size_t k) {
           return model::heat_current(share, transfer(response, 0, j, k),
                                      transfer(response, 1, j, k));
         })
      .rate;
}

/// At most 8 of a series' values, evenly chosen, the last among them.
std::vector<double> sampled(std::span<const double> series) {
  constexpr std::size_t count = 8;
  std::vector<double> result;
  const std::size_t stride = (series.size() + count - 1) / count;
  for (std::size_t k = series.size(); k-- > 0; k -= std::min(k, stride - 1)) {
    result.push_back(series[k]);
  }
  return result;
}

double largest_difference(std::span<const double> a, std::span<const double> b) {
  double largest = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    largest = std::max(largest, std::abs(a[k] - b[k]));
  }
  return largest;
}

}  // namespace

Prediction resummed(const Setting& setting) {
  require_valid(setting);
  constexpr double growth = 7.0;
  constexpr double other_growth = 5.5;
  const CentredEnergy energy(setting);
  const Resummation resummation(setting, energy, growth);
  const Resummation other(setting, energy, other_growth);
  const auto at_times = resummation.at(setting.times);
  const auto some_times = sampled(setting.times);
  const auto at_some_times = resummation.at(some_times);
  const auto other_at_some_times = other.at(some_times);

  Prediction prediction;
  std::vector<model::Evolution> evolutions(setting.betas.size());
  for (std::size_t pair = 0; pair < evolutions.size(); ++pair) {
    auto& evolution = evolutions[pair];
    evolution.betas = setting.betas[pair];
    evolution.interaction = resummation.interaction_energy(pair, at_times).value;
    evolution.conductance = resummation.conductance(pair, setting.work_share, at_times);
    std::vector<double> imbalance(setting.times.size());
    double error = 0.0;
    for (std::size_t i = 0; i < 2; ++i) {
      auto [change, rate] = resummation.energy_change(i, pair, at_times);
      error = std::max(error,
                       largest_difference(sampled(change),
                                          other.energy_change(i, pair, other_at_some_times).value));
      evolution.rate[i] = std::move(rate);
      const double initial = setting.systems[i]->mean_energy(setting.betas[pair][i]);
      for (std::size_t k = 0; k < change.size(); ++k) {
        imbalance[k] += change[k];
        change[k] += initial;
      }
      evolution.energy[i] = std::move(change);
    }
    const auto probability = resummation.probability(pair, at_some_times).value;
    std::ranges::transform(imbalance, evolution.interaction, imbalance.begin(), std::plus());
    prediction.attributes["energy_conservation"].push_back(
        largest_difference(imbalance, std::vector<double>(imbalance.size())));
    prediction.attributes["probability_conservation"].push_back(
        largest_difference(probability, std::vector<double>(probability.size(), 1.0)));
    prediction.attributes["error_estimate"].push_back(error);
  }
  prediction.curves = model::observe(evolutions, setting.times.size(), setting.work_share);
  return prediction;
}

}  // namespace rmtheat::theory
