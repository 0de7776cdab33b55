#include "rmtheat/ensemble/target_error.hpp"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "rmtheat/model/observable/standard.hpp"

namespace rmtheat::ensemble {
namespace {

constexpr std::size_t times = 5;  // of which the last three are late

/// A realization whose heat current is `late` at late times and something else before.
dynamics::Trajectory sample_with(double late) {
  dynamics::Trajectory sample{{}, model::Curves(1, times)};
  const auto heat = sample.curves.add(model::fields::heat_current);
  for (std::size_t k = 0; k < times; ++k) {
    heat[k] = k < 2 ? 1000.0 * late : late + static_cast<double>(k) - 3.0;
  }
  return sample;
}

TEST(LateMean, IsThatOfTheSecondHalfOfFinishedRealizations) {
  const Samples samples = {std::nullopt, sample_with(1.0), std::nullopt, sample_with(2.0),
                           sample_with(6.0)};
  const auto means = late_heat_currents(samples);
  ASSERT_EQ(means.size(), 1U);
  EXPECT_DOUBLE_EQ(means[0].mean, 3.0);
  EXPECT_DOUBLE_EQ(means[0].error, std::sqrt((4.0 + 1.0 + 9.0) / 6.0));
  EXPECT_DOUBLE_EQ(heat_current_error(samples), means[0].error / 3.0);
}

TEST(LateMean, OfTooFewHasNoFiniteError) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(late_heat_currents(Samples(3)).empty());
  EXPECT_EQ(heat_current_error(Samples(3)), infinity);
  EXPECT_EQ(heat_current_error(Samples{sample_with(1.0)}), infinity);
  EXPECT_EQ(heat_current_error(Samples{sample_with(0.0), sample_with(0.0)}), infinity);
}

TEST(TargetError, IsCheckedAtFixedNumbers) {
  std::vector<std::size_t> checks;
  for (std::size_t count = 0; checks.size() < 6; count = checks.back() + 1) {
    checks.push_back(check_at_or_after(count));
  }
  EXPECT_EQ(checks, (std::vector<std::size_t>{16, 24, 32, 48, 64, 96}));
  EXPECT_EQ(check_at_or_after(1000), 1024U);
}

/// Alternately 0.9 and 1.1: the relative error of n of them is about 0.1 / sqrt(n).
Samples alternating(std::size_t size) {
  Samples samples(size);
  for (std::size_t k = 0; k < size; ++k) {
    samples[k] = sample_with(k % 2 == 0 ? 0.9 : 1.1);
  }
  return samples;
}

TEST(TargetError, IsReachedByTheFirstCheckThatMeetsIt) {
  const auto samples = alternating(200);
  EXPECT_EQ(TargetError(0.1 / std::sqrt(40.0), 0).reached(samples), 48U);
  EXPECT_EQ(TargetError(0.1 / std::sqrt(40.0), 49).reached(samples), 64U);
  EXPECT_EQ(TargetError(0.001, 0).reached(samples), std::nullopt);
  EXPECT_EQ(TargetError(0.0, 0).reached(samples), std::nullopt);
}

TEST(TargetError, WaitsForAllUpToTheCheckInAnyOrder) {
  const auto all = alternating(200);
  Samples samples(all.size());
  TargetError target(0.1 / std::sqrt(40.0), 0);
  for (std::size_t k = all.size() - 1; k > 0; --k) {
    samples[k] = all[k];
    ASSERT_EQ(target.reached(samples), std::nullopt);
  }
  samples[0] = all[0];
  EXPECT_EQ(target.reached(samples), 48U);
  EXPECT_EQ(target.reached(samples), 48U);
}

// The stopping rule sees the data: what it does to the mean, in units of the standard error, and to
// the share of error bars that cover the truth (0.954 of two standard errors without a rule).
TEST(TargetError, HardlyBiasesTheMean) {
  constexpr std::size_t ensembles = 2000;
  for (const double relative_noise : {0.3, 0.5, 1.0}) {
    std::mt19937_64 random(7);
    std::normal_distribution<double> late(1.0, relative_noise);
    double deviation = 0.0;
    std::size_t covered = 0;
    for (std::size_t k = 0; k < ensembles; ++k) {
      Samples samples;
      TargetError target(0.05, 0);
      std::optional<std::size_t> enough;
      while (!enough) {
        samples.emplace_back(sample_with(late(random)));
        enough = target.reached(samples);
      }
      const auto mean = late_heat_currents(samples).front();
      deviation += (mean.mean - 1.0) / mean.error;
      covered += std::abs(mean.mean - 1.0) < 2.0 * mean.error ? 1 : 0;
    }
    EXPECT_LT(std::abs(deviation) / ensembles, 0.1) << relative_noise;
    EXPECT_GT(static_cast<double>(covered) / ensembles, 0.92) << relative_noise;
  }
}

}  // namespace
}  // namespace rmtheat::ensemble
