#include "rmtheat/ensemble/variances.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
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

/// A second moment and its mean, (pairs, times).
struct Moments {
  std::vector<double> second;
  std::vector<double> mean;
};

Moments moments_of(const Quantity& quantity, const Curves& curves) {
  const auto second = curves.values(quantity.second_moment);
  return {{second.begin(), second.end()}, mean_of(quantity, curves)};
}

/// Overwrites `values` by one sample's pseudo-values of f(second, mean), a function of the averages
/// `all` over `count` of them.
template <class Function>
void set_pseudo_values(std::span<double> values, const Moments& all, const Moments& one,
                       double count, Function f) {
  const auto without = [count](double average, double of_one) {
    return (count * average - of_one) / (count - 1.0);
  };
  for (std::size_t k = 0; k < values.size(); ++k) {
    values[k] =
        count * f(all.second[k], all.mean[k]) -
        (count - 1.0) * f(without(all.second[k], one.second[k]), without(all.mean[k], one.mean[k]));
  }
}

double variance(double second, double mean) { return second - mean * mean; }

double bound_ratio(double second, double mean) {
  return mean == 0.0 ? std::numeric_limits<double>::quiet_NaN()
                     : variance(second, mean) * std::expm1(mean) / (2.0 * mean * mean);
}

void add_to(Curves& curves, const Quantity& quantity) {
  const auto mean = mean_of(quantity, curves);
  const auto of_variance = curves.add(quantity.variance);
  std::ranges::transform(curves.values(quantity.second_moment), mean, of_variance.begin(),
                         variance);
}

/// Adds the variance's to the samples.
void add_pseudo_values(Samples& samples, const Curves& means, const Quantity& quantity,
                       double count) {
  const auto all = moments_of(quantity, means);
  for (auto& sample : samples) {
    if (sample) {
      const auto one = moments_of(quantity, sample->curves);
      set_pseudo_values(sample->curves.add(quantity.variance), all, one, count, variance);
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
      each.push_back(moments_of(entropy, sample->curves));
    }
  }
  if (each.size() < 2) {
    return std::nullopt;
  }
  const auto count = static_cast<double>(each.size());
  const std::size_t size = each.front().mean.size();
  Moments all{std::vector<double>(size), std::vector<double>(size)};
  for (const auto& one : each) {
    for (std::size_t k = 0; k < size; ++k) {
      all.second[k] += one.second[k] / count;
      all.mean[k] += one.mean[k] / count;
    }
  }
  DerivedCurves ratio{std::vector<double>(size), std::vector<double>(size)};
  std::vector<std::vector<double>> pseudo_values;
  for (const auto& one : each) {
    auto& values = pseudo_values.emplace_back(size);
    set_pseudo_values(values, all, one, count, bound_ratio);
    for (std::size_t k = 0; k < size; ++k) {
      ratio.value[k] += values[k] / count;
    }
  }
  for (std::size_t k = 0; k < size; ++k) {
    double squares = 0.0;
    for (const auto& values : pseudo_values) {
      squares += (values[k] - ratio.value[k]) * (values[k] - ratio.value[k]);
    }
    ratio.error[k] = std::sqrt(squares / (count * (count - 1.0)));
  }
  return ratio;
}

}  // namespace rmtheat::ensemble
