#include "support/statistics.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

// The statistical helpers decide many other tests: here it is shown that they accept the right law
// and reject a slightly wrong one.
namespace rmtheat::test {
namespace {

std::vector<double> regular_sample(std::size_t count) {
  std::vector<double> sample(count);
  for (std::size_t k = 0; k < count; ++k) {
    sample[k] = (static_cast<double>(k) + 0.5) / static_cast<double>(count);
  }
  return sample;
}

TEST(Statistics, MeanAndErrorOfAKnownSample) {
  const std::vector<double> sample = {1.0, 2.0, 3.0, 6.0};
  const auto result = mean_with_error(sample);
  EXPECT_DOUBLE_EQ(result.mean, 3.0);
  EXPECT_DOUBLE_EQ(result.error, std::sqrt(14.0 / 12.0));
  EXPECT_DOUBLE_EQ(result.deviation(3.0 - 2.0 * result.error), 2.0);
}

TEST(Statistics, KsDistanceOfKnownSamples) {
  const auto identity = [](double x) { return x; };
  EXPECT_DOUBLE_EQ(ks_distance({0.5}, identity), 0.5);
  EXPECT_NEAR(ks_distance(regular_sample(100), identity), 0.005, 1e-15);
  EXPECT_NEAR(ks_distance({0.1, 0.2, 0.3, 0.9}, std::vector<double>{0.4, 0.5, 0.6, 0.7}), 0.75,
              1e-15);
}

TEST(Statistics, KsThresholdRejectsAShiftedLaw) {
  const double threshold = ks_threshold(10000.0);
  EXPECT_LT(threshold, 0.025);
  EXPECT_LT(ks_distance(regular_sample(10000), [](double x) { return x; }), threshold);
  EXPECT_GT(ks_distance(regular_sample(10000), [](double x) { return x - 0.03; }), threshold);
}

}  // namespace
}  // namespace rmtheat::test
