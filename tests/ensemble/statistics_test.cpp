#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "rmtheat/ensemble/comparison.hpp"
#include "rmtheat/ensemble/samples.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/support/philox.hpp"

namespace rmtheat::ensemble {
namespace {

using model::Curves;
namespace fields = model::fields;

constexpr std::size_t times = 40;

/// Heat currents that fill(random, values, r) sets, from the random numbers of an ensemble.
template <class Fill>
Samples samples_of(std::size_t count, std::uint64_t ensemble, Fill fill) {
  Samples samples;
  for (std::size_t r = 0; r < count; ++r) {
    Curves curves(1, times);
    fill(PhiloxStream(ensemble, r, Stream::state), curves.add(fields::heat_current), r);
    samples.emplace_back(dynamics::Trajectory{{}, std::move(curves)});
  }
  return samples;
}

/// Correlated noise that is smooth in time and grows from zero, as simulated currents do.
Samples noisy_samples(std::size_t count, std::uint64_t ensemble, double offset = 0.0) {
  return samples_of(
      count, ensemble, [&](const PhiloxStream& random, std::span<double> values, std::size_t) {
        for (std::size_t mode = 1; mode <= 12; ++mode) {
          const double amplitude = random.gaussian_pair(mode, 0)[0] / static_cast<double>(mode);
          for (std::size_t t = 0; t < times; ++t) {
            const double x = static_cast<double>(t) / times;
            values[t] += amplitude * std::sin(static_cast<double>(mode) * 2.0 * x);
          }
        }
        for (std::size_t t = 0; t < times; ++t) {
          values[t] += offset * static_cast<double>(t) / times;
        }
      });
}

MeasuredCurve heat_current(const Statistics& statistics) {
  return {statistics.mean.curve(fields::heat_current, 0),
          statistics.covariance.at(fields::heat_current), statistics.realizations,
          rounding_floor(fields::heat_current, 1.0, {1.0, 0.3},
                         statistics.mean.curve(fields::heat_current, 0))};
}

TEST(Statistics, MeanAndErrorOfKnownNumbers) {
  Samples samples(4);
  const std::array<double, 3> values = {1.0, 2.0, 6.0};
  for (std::size_t k = 0; k < values.size(); ++k) {
    Curves curves(1, 2);
    curves.add(fields::energy_1)[0] = values[k];
    curves.curve(fields::energy_1, 0)[1] = -values[k];
    samples[k + 1] = dynamics::Trajectory{{}, curves};  // realization 0 is not finished
  }
  const auto statistics = statistics_of(samples);
  EXPECT_EQ(statistics.realizations, 3U);
  EXPECT_DOUBLE_EQ(statistics.mean.curve(fields::energy_1, 0)[0], 3.0);
  // Squared deviations 4 + 1 + 9, over 3 * 2.
  const double variance = 14.0 / 6.0;
  EXPECT_DOUBLE_EQ(statistics.standard_error.curve(fields::energy_1, 0)[0], std::sqrt(variance));
  const auto& covariance = statistics.covariance.at(fields::energy_1);
  EXPECT_DOUBLE_EQ(covariance[0], variance);
  EXPECT_DOUBLE_EQ(covariance[1], -variance);
}

// Checkpoints leave out the covariance, and nothing else.
TEST(Statistics, ErrorWithoutTheCovarianceIsItsDiagonal) {
  const auto samples = noisy_samples(9, 3);
  const auto with = statistics_of(samples);
  const auto without = mean_and_error_of(samples);
  EXPECT_EQ(without.realizations, 9U);
  EXPECT_TRUE(without.covariance.empty());
  const auto& covariance = with.covariance.at(fields::heat_current);
  for (std::size_t t = 0; t < times; ++t) {
    EXPECT_EQ(without.mean.values(fields::heat_current)[t],
              with.mean.values(fields::heat_current)[t]);
    EXPECT_NEAR(without.standard_error.values(fields::heat_current)[t],
                std::sqrt(covariance[t * times + t]), 1e-15);
  }
}

TEST(Statistics, OfTwoSetsJoinedAreThoseOfAll) {
  const auto all = noisy_samples(12, 4, 3.0);
  for (const std::ptrdiff_t size : {1, 5, 11}) {
    const auto expected = statistics_of(all);
    const auto found = joined(statistics_of(Samples(all.begin(), all.begin() + size)),
                              statistics_of(Samples(all.begin() + size, all.end())));
    EXPECT_EQ(found.realizations, 12U);
    for (std::size_t t = 0; t < times; ++t) {
      EXPECT_NEAR(found.mean.values(fields::heat_current)[t],
                  expected.mean.values(fields::heat_current)[t], 1e-14);
      EXPECT_NEAR(found.standard_error.values(fields::heat_current)[t],
                  expected.standard_error.values(fields::heat_current)[t], 1e-14);
    }
    for (std::size_t k = 0; k < times * times; ++k) {
      EXPECT_NEAR(found.covariance.at(fields::heat_current)[k],
                  expected.covariance.at(fields::heat_current)[k], 1e-14);
    }
  }
}

TEST(Statistics, LargestDiagnosticsOfTheFinished) {
  using dynamics::Diagnostic;
  auto samples = noisy_samples(3, 5);
  samples[1].reset();
  samples[0]->diagnostics = {{Diagnostic::lanczos_vectors, 80.0},
                             {Diagnostic::lanczos_tail, 1e-11}};
  samples[2]->diagnostics = {{Diagnostic::lanczos_vectors, 76.0},
                             {Diagnostic::lanczos_tail, 3e-11}};
  const dynamics::Diagnostics expected = {{Diagnostic::lanczos_vectors, 80.0},
                                          {Diagnostic::lanczos_tail, 3e-11}};
  EXPECT_EQ(statistics_of(samples).largest, expected);
}

TEST(Statistics, NothingFinishedIsAnError) {
  EXPECT_THROW(statistics_of(Samples(3)), std::invalid_argument);
}

TEST(Statistics, OneRealizationHasNoErrorBar) {
  const auto statistics = statistics_of(noisy_samples(1, 5));
  EXPECT_TRUE(std::isnan(statistics.standard_error.curve(fields::heat_current, 0)[times - 1]));
  EXPECT_FALSE(compare(heat_current(statistics), std::vector<double>(times, 0.0)).test);
}

// The reported error bar must be the observed scatter of the means of many ensembles.
TEST(Statistics, ErrorBarEqualsObservedScatter) {
  constexpr std::size_t ensembles = 1000;
  constexpr std::size_t size = 12;
  constexpr std::size_t at = times - 5;
  double sum_of_squares = 0.0;
  double reported_variance = 0.0;
  for (std::size_t k = 0; k < ensembles; ++k) {
    const auto statistics = statistics_of(noisy_samples(size, 100 + k));
    const double mean = statistics.mean.curve(fields::heat_current, 0)[at];
    const double error = statistics.standard_error.curve(fields::heat_current, 0)[at];
    sum_of_squares += mean * mean;  // the true mean is zero
    reported_variance += error * error;
  }
  // Relative error of a variance from 1000 numbers: sqrt(2/1000) = 4.5 %; four sigma.
  EXPECT_NEAR(sum_of_squares / reported_variance, 1.0, 0.18);
}

// When the prediction holds, p-values are uniform although there are more times than realizations.
TEST(Comparison, PValuesAreUniformUnderTheTruth) {
  constexpr std::size_t ensembles = 1500;
  const std::vector<double> truth(times, 0.0);
  std::array<int, 10> deciles{};
  double chi2 = 0.0;
  for (std::size_t k = 0; k < ensembles; ++k) {
    const auto statistics = statistics_of(noisy_samples(25, 10000 + k));
    const auto comparison = compare(heat_current(statistics), truth);
    ASSERT_TRUE(comparison.test);
    ASSERT_EQ(comparison.test->components, 3U);
    chi2 += comparison.test->chi2_per_dof / ensembles;
    ++deciles[static_cast<std::size_t>(std::min(9.0, comparison.test->p_value * 10.0))];
  }
  // Each decile expects 150 with standard deviation 11.6; 4.5 sigma.
  for (const int count : deciles) {
    EXPECT_NEAR(count, 150, 52);
  }
  // Mean of F(3, 22) is 22/20.
  EXPECT_NEAR(chi2, 22.0 / 20.0, 0.1);
}

// Few realizations are few degrees of freedom, and the test knows it.
TEST(Comparison, ThreeRealizationsAreTestedByOneComponent) {
  constexpr std::size_t ensembles = 1500;
  int rejected = 0;
  for (std::size_t k = 0; k < ensembles; ++k) {
    const auto statistics = statistics_of(noisy_samples(3, 40000 + k));
    const auto comparison = compare(heat_current(statistics), std::vector<double>(times, 0.0));
    ASSERT_TRUE(comparison.test);
    ASSERT_EQ(comparison.test->components, 1U);
    rejected += comparison.test->p_value < 0.05 ? 1 : 0;
  }
  // Expects 75 with standard deviation 8.4; four sigma.
  EXPECT_NEAR(rejected, 75, 34);
}

TEST(Comparison, AWrongPredictionIsRejected) {
  const auto statistics = statistics_of(noisy_samples(100, 7, 1.0));
  const std::vector<double> wrong(times, 0.0);
  const auto comparison = compare(heat_current(statistics), wrong);
  ASSERT_TRUE(comparison.test);
  EXPECT_LT(comparison.test->p_value, 1e-4);
  EXPECT_GT(comparison.test->chi2_per_dof, 3.0);
}

TEST(Comparison, LargestDeviationAndPlateau) {
  const auto statistics = statistics_of(noisy_samples(50, 3));
  const auto mean = statistics.mean.curve(fields::heat_current, 0);
  const auto error = statistics.standard_error.curve(fields::heat_current, 0);
  std::vector<double> predicted(mean.begin(), mean.end());
  predicted[17] -= 3.0 * error[17];
  predicted[30] += 2.0 * error[30];
  const auto comparison = compare(heat_current(statistics), predicted);
  EXPECT_NEAR(comparison.largest_deviation, 3.0, 1e-9);
  EXPECT_EQ(comparison.at_index, 17U);
  EXPECT_NEAR((comparison.predicted_plateau - comparison.plateau) * (times / 2.0), 2.0 * error[30],
              1e-12);
  EXPECT_GT(comparison.plateau_error, 0.0);
}

// Of a curve that does not fluctuate, rounding is the error bar: agreement to it passes.
TEST(Comparison, CurvesWithoutNoise) {
  Samples samples(20);
  for (std::size_t r = 0; r < samples.size(); ++r) {
    Curves curves(1, times);
    std::ranges::fill(curves.add(fields::heat_current), r % 2 == 0 ? 2.0 : 2.0 + 4e-16);
    samples[r] = dynamics::Trajectory{{}, curves};
  }
  const auto statistics = statistics_of(samples);
  const auto same = compare(heat_current(statistics), std::vector<double>(times, 2.0 - 1e-13));
  EXPECT_EQ(same.largest_deviation, 0.0);
  EXPECT_FALSE(same.test);
  EXPECT_TRUE(same.is_within_rounding());
  const auto other = compare(heat_current(statistics), std::vector<double>(times, 2.1));
  EXPECT_FALSE(other.test);
  EXPECT_NEAR(other.largest_deviation, 0.1 / 2e-12, 1e7);
  EXPECT_FALSE(other.is_within_rounding());
}

// Where a standard error is rounding, as that of an energy at t = 0, a difference is no deviation.
TEST(Comparison, ADeviationIsOneOfTimesWithNoise) {
  const auto samples =
      samples_of(40, 13, [&](const PhiloxStream& random, std::span<double> values, std::size_t r) {
        for (std::size_t t = 0; t < times; ++t) {
          values[t] = t == 0 ? 1.0 + 1e-12 * static_cast<double>(r % 2)
                             : 1.0 + random.gaussian_pair(0, t)[0];
        }
      });
  const auto statistics = statistics_of(samples);
  const std::vector<double> predicted(times, 2.0);
  const auto comparison = compare(heat_current(statistics), predicted);
  EXPECT_GT(comparison.at_index, 0U);
  EXPECT_GT(comparison.largest_deviation, 3.0);
  EXPECT_LT(comparison.largest_deviation, 30.0);
  const std::vector<double> elsewhere(times, 1.0);
  EXPECT_LT(largest_distance(heat_current(statistics), predicted, elsewhere), 30.0);
}

TEST(Comparison, RoundingHasTheUnitsOfTheField) {
  const std::vector<double> none(times, 0.0);
  const model::Betas betas = {1.0, -2.0};
  EXPECT_DOUBLE_EQ(rounding_floor(fields::energy_1, 3.0, betas, none), 3e-12);
  EXPECT_DOUBLE_EQ(rounding_floor(fields::work_power, 3.0, betas, none), 9e-12);
  EXPECT_DOUBLE_EQ(rounding_floor(fields::entropy_production, 3.0, betas, none), 6e-12);
  EXPECT_DOUBLE_EQ(rounding_floor(fields::conductance, 3.0, betas, none), 4.0 * 27.0 * 1e-12);
  EXPECT_DOUBLE_EQ(rounding_floor(fields::energy_1, 3.0, betas, std::vector<double>{1.0, -7.0}),
                   7e-12);
}

// A direction in which nothing fluctuates tells of the prediction's last digits only.
TEST(Comparison, QuietDirectionsAreLeftOut) {
  const auto samples =
      samples_of(400, 5, [&](const PhiloxStream& random, std::span<double> values, std::size_t) {
        for (std::size_t t = 0; t < times; ++t) {
          values[t] = random.gaussian_pair(0, 0)[0] + 1e-4 * random.gaussian_pair(1, t)[0];
        }
      });
  const auto statistics = statistics_of(samples);
  std::vector<double> predicted(times);
  const auto mean = statistics.mean.curve(fields::heat_current, 0);
  for (std::size_t t = 0; t < times; ++t) {
    predicted[t] = mean[t] + 1e-3 * static_cast<double>(t) / times;  // 2 % of a standard error
  }
  auto quiet = heat_current(statistics);
  quiet.floor = 1e-5;
  const auto comparison = compare(quiet, predicted);
  ASSERT_TRUE(comparison.test);
  EXPECT_EQ(comparison.test->components, 1U);
  EXPECT_GT(comparison.test->p_value, 0.9);
}

/// Curves of two modes whose amplitudes are far from Gaussian, with mean zero.
Samples skewed_samples(std::size_t count, std::uint64_t ensemble) {
  return samples_of(
      count, ensemble, [&](const PhiloxStream& random, std::span<double> values, std::size_t) {
        for (std::size_t mode = 0; mode < 3; ++mode) {
          const double g = random.gaussian_pair(mode, 0)[0];
          for (std::size_t t = 0; t < times; ++t) {
            values[t] += (std::exp(g) - std::exp(0.5)) *
                         std::cos(static_cast<double>(mode * t) * 3.0 / static_cast<double>(times));
          }
        }
      });
}

// Where F rejects the truth far too often, the bootstrap does so less; it never makes a p-value
// smaller, and it hides no gross failure.
TEST(Comparison, SkewedSamplesAreCalibratedByBootstrap) {
  constexpr std::size_t ensembles = 200;
  int by_f = 0;
  int by_bootstrap = 0;
  for (std::size_t k = 0; k < ensembles; ++k) {
    const auto samples = skewed_samples(30, 70000 + k);
    const auto statistics = statistics_of(samples);
    auto measured = heat_current(statistics);
    const std::vector<double> truth(times, 0.0);
    const auto gaussian = compare(measured, truth);
    for (const auto& sample : samples) {
      measured.samples.push_back(sample->curves.curve(fields::heat_current, 0));
    }
    const auto calibrated = compare(measured, truth);
    ASSERT_TRUE(gaussian.test && calibrated.test);
    EXPECT_EQ(gaussian.test->inflation, 1.0);
    EXPECT_GE(calibrated.test->p_value, gaussian.test->p_value);
    by_f += gaussian.test->p_value < 0.01 ? 1 : 0;
    by_bootstrap += calibrated.test->p_value < 0.01 ? 1 : 0;
    EXPECT_LT(compare(measured, std::vector<double>(times, 100.0)).test->p_value, 1e-4);
  }
  // An exact test rejects 2 of 200, with standard deviation 1.4; four of them above.
  EXPECT_GE(by_f, 8);
  EXPECT_LE(2 * by_bootstrap, by_f);
}

// What a prediction leaves out excuses no more than its size.
TEST(Comparison, WhatIsLeftOutExcusesItsSize) {
  const auto statistics = statistics_of(noisy_samples(100, 7, 1.0));
  const auto measured = heat_current(statistics);
  const std::vector<double> wrong(times, 0.0);
  for (const auto& [size, excused] : {std::pair{2.0, true}, std::pair{0.01, false}}) {
    const auto comparison = compare(measured, wrong, std::vector<double>(times, size));
    ASSERT_TRUE(comparison.test);
    EXPECT_EQ(comparison.test->p_value > 0.01, excused);
    EXPECT_EQ(comparison.largest_deviation == 0.0, excused);
  }
  EXPECT_GT(largest_distance(measured, std::vector<double>(times, 2.0), wrong), 2.0);
}

// A curve that holds but for what is left out at late times holds at best: the noise at early
// times, where nothing is left out, must not count against it.
TEST(Comparison, WhatIsLeftOutLateDoesNotSpoilTheRest) {
  std::vector<double> late(times);
  for (std::size_t t = times / 2; t < times; ++t) {
    late[t] = 3.0 * static_cast<double>(t - times / 2) / times;
  }
  int rejected = 0;
  for (std::size_t k = 0; k < 50; ++k) {
    const auto statistics = statistics_of(noisy_samples(100, 900 + k));
    const auto measured = heat_current(statistics);
    EXPECT_LT(compare(measured, late).test->p_value, 0.01);
    const auto at_best = compare(measured, late, late);
    ASSERT_TRUE(at_best.test);
    EXPECT_LE(at_best.test->chi2_per_dof,
              compare(measured, std::vector<double>(times, 0.0)).test->chi2_per_dof + 1e-3);
    rejected += at_best.test->p_value < 0.01 ? 1 : 0;
  }
  EXPECT_LE(rejected, 3);
}

// Noise of one amplitude and, a five-hundredth of it, of another: what the prediction lacks in the
// quiet direction is many of its standard errors, and far within the error bar at every time.
TEST(Comparison, DirectionsMuchQuieterThanOthersAreLeftOut) {
  const auto samples =
      samples_of(8000, 11, [&](const PhiloxStream& random, std::span<double> values, std::size_t) {
        const auto amplitude = random.gaussian_pair(0, 0);
        for (std::size_t t = 0; t < times; ++t) {
          values[t] =
              amplitude[0] + 0.002 * amplitude[1] * std::cos(3.0 * static_cast<double>(t) / times);
        }
      });
  const auto statistics = statistics_of(samples);
  const auto measured = heat_current(statistics);
  std::vector<double> predicted(times);
  for (std::size_t t = 0; t < times; ++t) {
    predicted[t] = measured.mean[t] + 2e-4 * std::cos(3.0 * static_cast<double>(t) / times);
  }
  const auto comparison = compare(measured, predicted);
  EXPECT_LT(comparison.largest_deviation, 0.05);
  ASSERT_TRUE(comparison.test);
  EXPECT_GT(comparison.test->p_value, 0.5);
}

}  // namespace
}  // namespace rmtheat::ensemble
