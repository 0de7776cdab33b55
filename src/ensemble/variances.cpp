#include "rmtheat/ensemble/variances.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "rmtheat/model/observable/second_moments.hpp"
#include "rmtheat/model/observable/standard.hpp"

namespace rmtheat::ensemble {
namespace {

namespace fields = model::fields;
using model::Curves;
using model::Field;

/// A second moment, and X's mean as a sum of changes of other fields.
struct Quantity {
  Field variance;
  Field second_moment;
  std::vector<std::pair<Field, double>> mean;
};

std::vector<Quantity> quantities_in(const Curves& curves, double work_share) {
  const auto [share_1, share_2] = model::heat_shares(work_share);
  std::vector<Quantity> all = {
      {{"heat_variance", "energy^2", "variance of the heat from system 2 into system 1"},
       fields::heat_second_moment,
       {{fields::energy_1, share_1}, {fields::energy_2, share_2}}},
      {{"work_variance", "energy^2", "variance of the work of the coupling on the pair"},
       fields::work_second_moment,
       {{fields::energy_1, 1.0}, {fields::energy_2, 1.0}}},
      {{"entropy_variance", "k_B^2", "variance of the entropy that two measurements find"},
       fields::entropy_second_moment,
       {{fields::entropy_production, 1.0}}}};
  std::erase_if(all, [&](const Quantity& q) { return !curves.has(q.second_moment); });
  return all;
}

/// <X>, (pairs, times).
std::vector<double> mean_of(const Quantity& quantity, const Curves& curves) {
  std::vector<double> mean(curves.pairs() * curves.times());
  for (const auto& [field, factor] : quantity.mean) {
    for (std::size_t pair = 0; pair < curves.pairs(); ++pair) {
      const auto curve = curves.curve(field, pair);
      for (std::size_t t = 0; t < curve.size(); ++t) {
        mean[pair * curves.times() + t] += factor * (curve[t] - curve[0]);
      }
    }
  }
  return mean;
}

void add_to(Curves& curves, const Quantity& quantity) {
  const auto mean = mean_of(quantity, curves);
  const auto variance = curves.add(quantity.variance);
  std::ranges::transform(curves.values(quantity.second_moment), mean, variance.begin(),
                         [](double square, double m) { return square - m * m; });
}

/// Overwrites `samples` by their pseudo-values.
void add_pseudo_values(Samples& samples, const Curves& means, const Quantity& quantity,
                       double count) {
  const auto mean = mean_of(quantity, means);
  const auto second = means.values(quantity.second_moment);
  for (auto& sample : samples) {
    if (!sample) {
      continue;
    }
    auto& curves = sample->curves;
    const auto of_sample = mean_of(quantity, curves);
    const auto values = curves.add(quantity.variance);
    const auto second_of_sample = curves.values(quantity.second_moment);
    for (std::size_t k = 0; k < values.size(); ++k) {
      const auto without = [count](double all, double one) {
        return (count * all - one) / (count - 1.0);
      };
      const double mean_without = without(mean[k], of_sample[k]);
      values[k] =
          count * (second[k] - mean[k] * mean[k]) -
          (count - 1.0) * (without(second[k], second_of_sample[k]) - mean_without * mean_without);
    }
  }
}

void add_to(theory::Prediction& prediction, const Quantity& quantity) {
  add_to(prediction.curves, quantity);
  const auto second = prediction.left_out.find(quantity.second_moment);
  if (second == prediction.left_out.end()) {
    return;
  }
  auto sizes = second->second;
  const auto mean = mean_of(quantity, prediction.curves);
  for (const auto& [field, factor] : quantity.mean) {
    const auto& of_field = prediction.left_out.at(field);
    for (std::size_t k = 0; k < sizes.size(); ++k) {
      sizes[k] += 2.0 * std::abs(mean[k] * factor) * of_field[k];
    }
  }
  prediction.left_out[quantity.variance] = std::move(sizes);
}

/// A realization's, (pairs, times).
struct Moments {
  std::vector<double> second;
  std::vector<double> mean;
};

double bound_ratio(double second, double mean) {
  return mean == 0.0 ? std::numeric_limits<double>::quiet_NaN()
                     : (second - mean * mean) * std::expm1(mean) / (2.0 * mean * mean);
}

}  // namespace

void add_variances(Samples& samples, Statistics& statistics, Predictions& predictions,
                   double work_share) {
  const auto finished =
      std::ranges::count_if(samples, [](const auto& sample) { return sample.has_value(); });
  const auto quantities = quantities_in(statistics.mean, work_share);
  if (finished < 2 || quantities.empty()) {
    return;
  }
  Samples derived;
  for (const auto& quantity : quantities) {
    add_pseudo_values(samples, statistics.mean, quantity, static_cast<double>(finished));
  }
  for (const auto& sample : samples) {
    auto& copy = derived.emplace_back();
    if (sample) {
      copy.emplace(
          dynamics::Trajectory{{}, Curves(sample->curves.pairs(), sample->curves.times())});
      for (const auto& quantity : quantities) {
        std::ranges::copy(sample->curves.values(quantity.variance),
                          copy->curves.add(quantity.variance).begin());
      }
    }
  }
  auto of_variances = statistics_of(derived);
  for (const auto& [field, second_moment, mean] : quantities) {
    for (const auto& [to, from] :
         {std::pair(&statistics.mean, &of_variances.mean),
          std::pair(&statistics.standard_error, &of_variances.standard_error)}) {
      std::ranges::copy(from->values(field), to->add(field).begin());
    }
    statistics.covariance[field] = std::move(of_variances.covariance.at(field));
  }
  for (auto& [family, orders] : predictions) {
    for (auto& [order, prediction] : orders) {
      for (const auto& quantity : quantities) {
        if (prediction.curves.has(quantity.second_moment)) {
          add_to(prediction, quantity);
        }
      }
    }
  }
}

std::optional<DerivedCurves> entropy_bound_ratio(const Samples& samples) {
  const Quantity entropy{{}, fields::entropy_second_moment, {{fields::entropy_production, 1.0}}};
  std::vector<Moments> each;
  for (const auto& sample : samples) {
    if (sample && sample->curves.has(entropy.second_moment)) {
      const auto second = sample->curves.values(entropy.second_moment);
      each.push_back({{second.begin(), second.end()}, mean_of(entropy, sample->curves)});
    }
  }
  if (each.size() < 2) {
    return std::nullopt;
  }
  const auto count = static_cast<double>(each.size());
  DerivedCurves ratio;
  for (std::size_t k = 0; k < each.front().mean.size(); ++k) {
    double second = 0.0;
    double mean = 0.0;
    for (const auto& one : each) {
      second += one.second[k];
      mean += one.mean[k];
    }
    std::vector<double> without;
    without.reserve(each.size());
    for (const auto& one : each) {
      without.push_back(bound_ratio((second - one.second[k]) / (count - 1.0),
                                    (mean - one.mean[k]) / (count - 1.0)));
    }
    const double average = std::accumulate(without.begin(), without.end(), 0.0) / count;
    double squares = 0.0;
    for (const double value : without) {
      squares += (value - average) * (value - average);
    }
    ratio.value.push_back(count * bound_ratio(second / count, mean / count) -
                          (count - 1.0) * average);
    ratio.error.push_back(std::sqrt((count - 1.0) / count * squares));
  }
  return ratio;
}

}  // namespace rmtheat::ensemble
