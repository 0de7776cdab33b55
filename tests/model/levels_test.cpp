#include "rmtheat/model/levels.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/densities.hpp"
#include "support/statistics.hpp"

namespace rmtheat::model {
namespace {

PhiloxStream stream(std::uint64_t realization) { return {17, realization, Stream::levels_1}; }

/// Spacings of neighbouring unfolded levels N F(E) in the middle half of the spectrum, in units of
/// their mean, over many realizations.
std::vector<double> bulk_spacings(LevelPlacement placement) {
  constexpr std::size_t size = 200;
  const auto density = test::gaussian_case("gaussian", 1.0, 0.0);
  std::vector<double> spacings;
  for (std::uint64_t realization = 0; realization < 60; ++realization) {
    const auto levels = place_levels(*density.density, size, placement, stream(realization));
    for (std::size_t k = size / 4; k < 3 * size / 4; ++k) {
      spacings.push_back(size * (density.cdf(levels[k + 1]) - density.cdf(levels[k])));
    }
  }
  return spacings;
}

double wigner_surmise_cdf(double s) {
  const double root_pi = std::sqrt(std::numbers::pi);
  return std::erf(2.0 * s / root_pi) -
         4.0 * s / std::numbers::pi * std::exp(-4.0 * s * s / std::numbers::pi);
}

double poisson_cdf(double s) { return 1.0 - std::exp(-s); }

double fraction_below(const std::vector<double>& sample, double limit) {
  const auto below =
      std::count_if(sample.begin(), sample.end(), [limit](double value) { return value < limit; });
  return static_cast<double>(below) / static_cast<double>(sample.size());
}

class Placement : public testing::TestWithParam<test::DensityCase> {
 protected:
  const DensityOfStates& density = *GetParam().density;
};

TEST_P(Placement, QuantileLevelsSitAtTheMiddleOfEqualShares) {
  constexpr std::size_t size = 12;
  const auto levels = place_levels(density, size, LevelPlacement::quantile, stream(0));
  ASSERT_EQ(levels.size(), size);
  for (std::size_t k = 0; k < size; ++k) {
    EXPECT_NEAR(GetParam().cdf(levels[k]), (static_cast<double>(k) + 0.5) / size, 1e-14);
  }
  EXPECT_EQ(place_levels(density, size, LevelPlacement::quantile, stream(1)), levels);
}

TEST_P(Placement, IidLevelsFollowTheDensity) {
  constexpr std::size_t size = 20000;
  const auto levels = place_levels(density, size, LevelPlacement::iid, stream(0));
  EXPECT_TRUE(std::is_sorted(levels.begin(), levels.end()));
  EXPECT_LT(test::ks_distance(levels, GetParam().cdf), test::ks_threshold(size));
}

/// Each realization gives one independent fraction of levels below an energy, so its mean over
/// realizations is tested with its own scatter: sharper than a test of the pooled levels, because
/// the levels of one realization repel. At N = 8 the semicircle in place of the exact mean density
/// fails by dozens of standard errors.
TEST_P(Placement, GueLevelsFollowTheDensityExactlyAtSmallSize) {
  constexpr std::size_t size = 8;
  constexpr std::uint64_t realizations = 4000;
  std::vector<std::vector<double>> unfolded(realizations);
  for (std::uint64_t r = 0; r < realizations; ++r) {
    unfolded[r] = place_levels(density, size, LevelPlacement::gue, stream(r));
    ASSERT_TRUE(std::is_sorted(unfolded[r].begin(), unfolded[r].end()));
    for (double& level : unfolded[r]) {
      level = GetParam().cdf(level);
    }
  }
  for (int k = 1; k < 20; ++k) {
    const double u = 0.05 * k;
    std::vector<double> fractions(realizations);
    std::transform(unfolded.begin(), unfolded.end(), fractions.begin(),
                   [u](const auto& levels) { return fraction_below(levels, u); });
    EXPECT_LT(test::mean_with_error(fractions).deviation(u), test::sigma_threshold) << "u = " << u;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Placement, testing::ValuesIn(test::density_cases()),
                         test::DensityName());

TEST(LevelSpacings, GueFollowsTheWignerSurmise) {
  const auto spacings = bulk_spacings(LevelPlacement::gue);
  // The surmise differs from the exact law by up to 0.005; neighbouring spacings are
  // anticorrelated, which makes the bound for independent draws a safe one.
  EXPECT_LT(test::ks_distance(spacings, wigner_surmise_cdf),
            test::ks_threshold(static_cast<double>(spacings.size())) + 0.005);
  EXPECT_GT(test::ks_distance(spacings, poisson_cdf), 0.2);
}

TEST(LevelSpacings, IidIsPoissonian) {
  const auto spacings = bulk_spacings(LevelPlacement::iid);
  EXPECT_LT(test::ks_distance(spacings, poisson_cdf),
            test::ks_threshold(static_cast<double>(spacings.size())));
  EXPECT_GT(test::ks_distance(spacings, wigner_surmise_cdf), 0.2);
}

TEST(LevelSpacings, GueRepelsAndIidDoesNot) {
  // Below 0.2 mean spacings: 32 s^3/(3 pi^2) = 0.0086 for gue, 1 - e^(-0.2) = 0.181 for iid.
  const double repelled = fraction_below(bulk_spacings(LevelPlacement::gue), 0.2);
  const double poissonian = fraction_below(bulk_spacings(LevelPlacement::iid), 0.2);
  EXPECT_NEAR(repelled, 0.0086, 0.005);
  EXPECT_NEAR(poissonian, 0.181, 0.03);
}

TEST(PlaceLevels, RandomPlacementsDependOnTheStreamAlone) {
  const auto density = uniform_density(1.0, 0.0);
  for (const auto placement : {LevelPlacement::iid, LevelPlacement::gue}) {
    const auto levels = place_levels(*density, 9, placement, stream(3));
    EXPECT_EQ(place_levels(*density, 9, placement, stream(3)), levels);
    EXPECT_NE(place_levels(*density, 9, placement, stream(4)), levels);
    EXPECT_NE(place_levels(*density, 9, placement, PhiloxStream(17, 3, Stream::levels_2)), levels);
  }
}

TEST(PlaceLevels, FileLevelsAreNotPlaced) {
  EXPECT_THROW(static_cast<void>(
                   place_levels(*uniform_density(1.0, 0.0), 4, LevelPlacement::file, stream(0))),
               std::invalid_argument);
}

TEST(Centred, LevelsKeepTheirDistancesWhereverTheyLie) {
  const auto near = centred({{{-1.0, 0.5, 2.0}, {7.0}}});
  EXPECT_THAT(near.levels[0], testing::ElementsAre(-1.5, 0.0, 1.5));
  EXPECT_THAT(near.levels[1], testing::ElementsAre(0.0));
  EXPECT_THAT(near.means, testing::ElementsAre(0.5, 7.0));
  const auto far = centred({{{1e9 - 1.0, 1e9 + 0.5, 1e9 + 2.0}, {-1e300}}});
  EXPECT_EQ(far.levels, near.levels);
  EXPECT_THAT(far.means, testing::ElementsAre(1e9 + 0.5, -1e300));
}

}  // namespace
}  // namespace rmtheat::model
