#include "rmtheat/ensemble/variances.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "rmtheat/model/observable/second_moments.hpp"
#include "rmtheat/model/observable/standard.hpp"

namespace rmtheat::ensemble {
namespace {

namespace fields = model::fields;
const model::Field work_variance{"work_variance", "energy^2", ""};

/// One pair, times 0 and 1; at the second <W> and <W^2> of each realization.
Samples samples_of(const std::vector<std::pair<double, double>>& moments) {
  Samples samples;
  for (const auto& [mean, second] : moments) {
    model::Curves curves(1, 2);
    curves.add(fields::energy_1)[0] = 5.0;
    curves.add(fields::energy_1)[1] = 5.0 + 0.25 * mean;
    curves.add(fields::energy_2)[1] = 0.75 * mean;
    curves.add(fields::work_second_moment)[1] = second;
    samples.emplace_back(dynamics::Trajectory{{}, std::move(curves)});
    samples.emplace_back();  // not finished
  }
  return samples;
}

// Of <X> and <X^2> that scatter alike: v = <X^2> - <X>^2 by hand, with each one left out.
TEST(Variances, AreThoseOfTheJackknife) {
  const std::vector<std::pair<double, double>> moments = {{1.0, 3.0}, {2.0, 7.0}, {0.0, 2.0}};
  auto samples = samples_of(moments);
  auto statistics = statistics_of(samples);
  Predictions predictions;
  auto& prediction = predictions["finite_n"]["resummed"];
  prediction.curves = samples[2]->curves;
  for (const auto& field : {fields::energy_1, fields::energy_2, fields::work_second_moment}) {
    prediction.left_out[field] = {0.0, 0.1};
  }
  predictions["finite_n"]["nlo"].curves.add(fields::energy_1);
  add_variances(samples, statistics, predictions, 0.5);

  const double all = 4.0 - 1.0;
  const std::vector<double> left_out = {4.5 - 1.0, 2.5 - 0.25, 5.0 - 2.25};
  double mean = 0.0;
  for (const double v : left_out) {
    mean += v / 3.0;
  }
  double squares = 0.0;
  for (const double v : left_out) {
    squares += (v - mean) * (v - mean);
  }
  EXPECT_NEAR(statistics.mean.values(work_variance)[1], 3.0 * all - 2.0 * mean, 1e-14);
  EXPECT_NEAR(statistics.standard_error.values(work_variance)[1], std::sqrt(2.0 / 3.0 * squares),
              1e-14);
  EXPECT_NEAR(statistics.covariance.at(work_variance)[3], 2.0 / 3.0 * squares, 1e-14);
  EXPECT_NEAR(samples[2]->curves.values(work_variance)[1], 3.0 * all - 2.0 * left_out[1], 1e-14);
  EXPECT_EQ(statistics.mean.values(work_variance)[0], 0.0);
  EXPECT_NEAR(prediction.curves.values(work_variance)[1], 7.0 - 4.0, 1e-14);
  EXPECT_NEAR(prediction.left_out.at(work_variance)[1], 0.1 + 2.0 * 2.0 * (0.1 + 0.1), 1e-14);
  EXPECT_FALSE(predictions["finite_n"]["nlo"].curves.has(work_variance));
}

// Var(sigma) (e^Sigma - 1) / (2 Sigma^2) and its jackknife by hand; 0 / 0 at t = 0.
TEST(Variances, BoundOfTheEntropy) {
  const std::vector<std::pair<double, double>> moments = {{0.2, 0.5}, {0.3, 0.7}, {0.1, 0.4}};
  Samples samples;
  for (const auto& [mean, second] : moments) {
    model::Curves curves(1, 2);
    curves.add(fields::entropy_production)[1] = mean;
    curves.add(fields::entropy_second_moment)[1] = second;
    samples.emplace_back(dynamics::Trajectory{{}, std::move(curves)});
    samples.emplace_back();  // not finished
  }
  const auto ratio = [](double second, double mean) {
    return (second - mean * mean) * (std::exp(mean) - 1.0) / (2.0 * mean * mean);
  };
  const std::vector<double> left_out = {ratio(0.55, 0.2), ratio(0.45, 0.15), ratio(0.6, 0.25)};
  const double mean = (left_out[0] + left_out[1] + left_out[2]) / 3.0;
  double squares = 0.0;
  for (const double value : left_out) {
    squares += (value - mean) * (value - mean);
  }
  const auto found = entropy_bound_ratio(samples);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->value[1], 3.0 * ratio(1.6 / 3.0, 0.2) - 2.0 * mean, 1e-12);
  EXPECT_NEAR(found->error[1], std::sqrt(2.0 / 3.0 * squares), 1e-12);
  EXPECT_TRUE(std::isnan(found->value[0]));
  samples.resize(1);
  EXPECT_FALSE(entropy_bound_ratio(samples));
}

TEST(Variances, NeedTwoRealizations) {
  auto samples = samples_of({{1.0, 3.0}});
  auto statistics = statistics_of(samples);
  Predictions predictions;
  add_variances(samples, statistics, predictions, 0.5);
  EXPECT_FALSE(statistics.mean.has(work_variance));
}

}  // namespace
}  // namespace rmtheat::ensemble
