#include "rmtheat/theory/all_orders.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "contour_averages.hpp"
#include "ladder.hpp"
#include "rmtheat/model/observable/table.hpp"
#include "rmtheat/theory/contour.hpp"
#include "rmtheat/theory/early_time.hpp"
#include "rmtheat/theory/one_point.hpp"
#include "rmtheat/theory/resolvents.hpp"
#include "rmtheat/theory/total_energy.hpp"
#include "second_moments.hpp"

namespace rmtheat::theory {
namespace {

using model::Complex;

constexpr double usual_growth = 7.0;
constexpr double other_growth = 5.5;

/// The averages <g_e(z)> and <E_i g_e(z)> on the contour: Laplace transforms of phase averages that
/// decay.
using ResolventAverage = PhaseAverage;

/// Chebyshev moments of all measures: those at infinite temperature, then of each initial state and
/// response.
Resolvents resolvents_of(const CentredEnergy& energy, std::size_t degree) {
  std::vector<std::span<const double>> measures;
  const auto add = [&measures](const EnergyMeasure& measure) {
    measures.emplace_back(measure.probability);
    measures.insert(measures.end(), measure.energy.begin(), measure.energy.end());
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
  /// <DeltaE_i DeltaE_j> of index i + j.
  [[nodiscard]] std::vector<double> second_moment(std::size_t index, std::size_t pair,
                                                  const Inversion& invert) const;
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
      initial_(energy.total.initial.size()),
      response_(energy.total.response.size()) {
  infinite_.energy.resize(energy.total.infinite.energy.size());
  for (auto& initial : initial_) {
    initial.energy.resize(infinite_.energy.size());
  }
  for (auto& response : response_) {
    response.energy.resize(2);
  }
  const auto resolvents = resolvents_of(energy, contour_.resolving_degree(energy.half_width));
  auto [zeta, values] = averages_on(contour_, resolvents, order_2_);
  zeta_ = std::move(zeta);
  auto series = values.begin();
  const auto take = [&series](ResolventAverage& average) {
    average.phase = std::move(*series++);
    std::ranges::generate(average.energy, [&series] { return std::move(*series++); });
  };
  take(infinite_);
  std::for_each(initial_.begin(), initial_.end(), take);
  std::for_each(response_.begin(), response_.end(), take);
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

std::vector<double> Resummation::second_moment(std::size_t index, std::size_t pair,
                                               const Inversion& invert) const {
  return invert([&](std::size_t j, std::size_t k) {
           const auto gap = [j, k](const std::vector<Complex>& x) {
             return x[j] - std::conj(x[k]);
           };
           const auto of = [&gap](const ResolventAverage& average) {
             return [&average, &gap](std::size_t m) {
               return gap(m == 0 ? average.phase : average.energy[m - 1]);
             };
           };
           return order_2_ * quotient(second_moment_product(index / 2, (index + 1) / 2,
                                                            of(infinite_), of(initial_[pair])),
                                      gap(zeta_) * gap(contour_.nodes()));
         })
      .value;
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

/// What a computation on contours around a spectrum of this half width takes.
Plan cost_on_contour(const Setting& setting, double half_width, double states) {
  constexpr double kernel = 38.0;  // of one element, in the time of that many operations
  const double last = setting.times.back();
  const double strength = std::abs(setting.strength);
  const double radius = half_width + 2.0 * strength;
  const double nodes = Contour::node_count(radius, last, usual_growth);
  const auto times = static_cast<double>(setting.times.size());
  const auto pairs = static_cast<double>(setting.betas.size());
  const double measures =
      3.0 * (1.0 + 2.0 * pairs) + (setting.with_statistics ? 3.0 + 3.0 * pairs : 0.0);
  const double curves = setting.with_statistics ? 9.0 : 5.0;
  constexpr double of_matrix_product = 0.95;  // eight operations, at eight times the speed
  return {pairs * curves * nodes * nodes * (of_matrix_product * times + kernel) +
              4.0 * nodes * (states + nodes) * measures,
          sizeof(Complex) * nodes * (times + 400.0), ""};
}

Plan cost_on_contour(const Setting& setting, const TotalEnergy& total) {
  const auto [low, high] = std::ranges::minmax(total.node);
  return cost_on_contour(setting, 0.5 * (high - low), static_cast<double>(total.node.size()));
}

/// Half the width of the spectrum of H.
double radius_of(const Setting& setting, const TotalEnergy& total) {
  const auto [low, high] = std::ranges::minmax(total.node);
  return 0.5 * (high - low) + 2.0 * std::abs(setting.strength);
}

/// True for levels whose bands take fewer operations than contours.
bool in_bands_is_cheaper(const Setting& setting, const TotalEnergy& total) {
  constexpr double little = 2e9;
  const bool levels =
      total.width.empty() && setting.strength != 0.0 &&
      std::ranges::all_of(total.infinite.probability, [](double p) { return p > 0.0; });
  if (!levels) {
    return false;
  }
  const double contours = cost_on_contour(setting, total).operations;
  return contours > little && least_cost_in_bands(total) < contours &&
         cost_in_bands(setting, total) < contours;
}

std::vector<Ladder> ladder_on_contour(const Setting& setting, TotalEnergy total) {
  const CentredEnergy energy(std::move(total), setting.strength);
  const Resummation resummation(setting, energy, usual_growth);
  const Resummation other(setting, energy, other_growth);
  const auto at_times = resummation.at(setting.times);
  const auto some_times = sampled(setting.times);
  const auto at_some_times = resummation.at(some_times);
  const auto other_at_some_times = other.at(some_times);

  std::vector<Ladder> ladders(setting.betas.size());
  for (std::size_t pair = 0; pair < ladders.size(); ++pair) {
    auto& ladder = ladders[pair];
    ladder.interaction = resummation.interaction_energy(pair, at_times).value;
    if (setting.with_conductance) {
      ladder.conductance = resummation.conductance(pair, setting.work_share, at_times);
    }
    for (std::size_t k = 0; k < 3 && setting.with_statistics; ++k) {
      ladder.second_moments[k] = resummation.second_moment(k, pair, at_times);
    }
    for (std::size_t i = 0; i < 2; ++i) {
      auto [change, rate] = resummation.energy_change(i, pair, at_times);
      ladder.error =
          std::max(ladder.error,
                   largest_difference(sampled(change),
                                      other.energy_change(i, pair, other_at_some_times).value));
      ladder.rate[i] = std::move(rate);
      ladder.change[i] = std::move(change);
    }
    const auto probability = resummation.probability(pair, at_some_times).value;
    ladder.probability_error =
        largest_difference(probability, std::vector<double>(probability.size(), 1.0));
  }
  return ladders;
}

}  // namespace

void Ladder::add(const Ladder& other, double factor) {
  const auto accumulate = [factor](std::vector<double>& sum, const std::vector<double>& values) {
    sum.resize(values.size());
    for (std::size_t k = 0; k < sum.size(); ++k) {
      sum[k] += factor * values[k];
    }
  };
  for (std::size_t i = 0; i < 2; ++i) {
    accumulate(change[i], other.change[i]);
    accumulate(rate[i], other.rate[i]);
  }
  accumulate(interaction, other.interaction);
  accumulate(conductance, other.conductance);
  for (std::size_t k = 0; k < second_moments.size(); ++k) {
    accumulate(second_moments[k], other.second_moments[k]);
  }
  probability_error = std::max(probability_error, other.probability_error);
  error += std::abs(factor) * other.error;
}

Prediction prediction_of(std::vector<Ladder> ladders, const Setting& setting) {
  Prediction prediction;
  std::vector<model::Evolution> evolutions(ladders.size());
  for (std::size_t pair = 0; pair < evolutions.size(); ++pair) {
    auto& ladder = ladders[pair];
    auto& evolution = evolutions[pair];
    evolution.betas = setting.betas[pair];
    std::vector<double> imbalance = ladder.interaction;
    for (std::size_t i = 0; i < 2; ++i) {
      const double initial = setting.systems[i]->mean_energy(setting.betas[pair][i]);
      for (std::size_t k = 0; k < imbalance.size(); ++k) {
        imbalance[k] += ladder.change[i][k];
        ladder.change[i][k] += initial;
      }
      evolution.rate[i] = std::move(ladder.rate[i]);
      evolution.energy[i] = std::move(ladder.change[i]);
    }
    evolution.interaction = std::move(ladder.interaction);
    evolution.conductance = std::move(ladder.conductance);
    evolution.second_moments = std::move(ladder.second_moments);
    prediction.attributes["energy_conservation"].push_back(
        largest_difference(imbalance, std::vector<double>(imbalance.size())));
    prediction.attributes["probability_conservation"].push_back(ladder.probability_error);
    prediction.attributes["error_estimate"].push_back(ladder.error);
  }
  prediction.curves = model::observe(evolutions, setting.times.size(), setting.work_share);
  return prediction;
}

Plan resummed_cost(const Setting& setting) {
  if (is_continuum(setting)) {
    const auto total = total_energy(setting, 0.0);
    require_normalized(total, setting);
    const Plan contours = cost_on_contour(setting, total);
    const double line = cost_on_line(setting, radius_of(setting, total));
    return line < contours.operations ? Plan{line, 1e8, ""} : contours;
  }
  const auto total = total_energy(setting, setting.times.back());
  if (!in_bands_is_cheaper(setting, total)) {
    return cost_on_contour(setting, total);
  }
  const auto states = static_cast<double>(total.node.size());
  return {cost_in_bands(setting, total), 24.0 * 8.0 * states * states * 12.0, ""};
}

Prediction resummed(const Setting& setting) {
  require_valid(setting);
  auto total = total_energy(setting, is_continuum(setting) ? 0.0 : setting.times.back());
  require_normalized(total, setting);
  Prediction prediction;
  add_early_time(prediction, setting, total);
  std::vector<Ladder> ladders;
  if (!is_continuum(setting)) {
    ladders = in_bands_is_cheaper(setting, total) ? ladder_in_bands(setting, total)
                                                  : ladder_on_contour(setting, std::move(total));
  } else if (cost_on_line(setting, radius_of(setting, total)) <
             cost_on_contour(setting, total).operations) {
    ladders = ladder_on_line(setting);
  } else {
    ladders = ladder_on_contour(setting, total_energy(setting, setting.times.back()));
  }
  auto rest = prediction_of(std::move(ladders), setting);
  prediction.curves = std::move(rest.curves);
  prediction.attributes.merge(rest.attributes);
  return prediction;
}

}  // namespace rmtheat::theory
