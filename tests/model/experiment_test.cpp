#include "rmtheat/model/experiment.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rmtheat::model {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

System system(std::shared_ptr<const DensityOfStates> density, std::size_t size,
              LevelPlacement placement) {
  return {std::move(density), size, placement, {}};
}

System file_system(std::vector<double> levels) {
  return {nullptr, levels.size(), LevelPlacement::file, std::move(levels)};
}

Experiment random_experiment(const LawPointer& law = gaussian_unitary()) {
  Experiment experiment;
  experiment.systems = {system(gaussian_density(1.0, 0.0), 6, LevelPlacement::iid),
                        system(gaussian_density(1.0, 0.0), 6, LevelPlacement::gue)};
  experiment.coupling = law;
  experiment.seed = 42;
  return experiment;
}

struct Disorder {
  std::array<std::vector<double>, 2> levels;
  std::unique_ptr<const Coupling> coupling;
};

Disorder draw_disorder(const Experiment& experiment, std::uint64_t realization) {
  return {draw_levels(experiment, realization), draw_coupling(experiment, realization)};
}

void expect_equal(const Disorder& first, const Disorder& second) {
  EXPECT_EQ(first.levels, second.levels);
  ASSERT_EQ(first.coupling->dimension(), second.coupling->dimension());
  for (std::size_t row = 0; row < first.coupling->dimension(); ++row) {
    EXPECT_EQ(first.coupling->element(row, 1), second.coupling->element(row, 1));
  }
}

TEST(ThermalWeights, AreBoltzmannFactors) {
  const std::vector<double> levels = {0.3, -1.0, 2.0};
  for (const double beta : {-2.0, 0.0, 0.7}) {
    const auto weights = thermal_weights(levels, beta);
    ASSERT_EQ(weights.size(), levels.size());
    EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1.0, 1e-15);
    for (std::size_t k = 0; k < levels.size(); ++k) {
      EXPECT_NEAR(weights[k] / weights[0], std::exp(-beta * (levels[k] - levels[0])), 1e-13);
    }
  }
}

TEST(ThermalWeights, DoNotOverflow) {
  const std::vector<double> levels = {-50.0, 10.0, 70.0};
  EXPECT_THAT(thermal_weights(levels, 200.0), ElementsAre(1.0, 0.0, 0.0));
  EXPECT_THAT(thermal_weights(levels, -200.0), ElementsAre(0.0, 0.0, 1.0));
  EXPECT_THAT(thermal_weights({-3.0, -3.0}, 1e300),
              ElementsAre(DoubleNear(0.5, 1e-16), DoubleNear(0.5, 1e-16)));
}

TEST(WorkShare, FollowsTheVariances) {
  Experiment experiment;
  experiment.systems = {system(gaussian_density(1.0, 3.0), 4, LevelPlacement::quantile),
                        system(gaussian_density(2.0, -1.0), 4, LevelPlacement::quantile)};
  EXPECT_NEAR(experiment.work_share(), 0.2, 1e-14);
  std::swap(experiment.systems[0], experiment.systems[1]);
  EXPECT_NEAR(experiment.work_share(), 0.8, 1e-14);
  experiment.fixed_work_share = 0.35;
  EXPECT_EQ(experiment.work_share(), 0.35);
}

// A quantile's levels are narrower than their density, a single one has no width at all.
TEST(WorkShare, OfFixedLevelsIsTheirOwn) {
  Experiment experiment;
  const auto density = uniform_density(1.0, 1e9);
  experiment.systems = {system(density, 2, LevelPlacement::quantile),
                        system(density, 4, LevelPlacement::quantile)};
  EXPECT_NEAR(experiment.work_share(), 0.25 / (0.25 + 0.3125), 1e-6);
  experiment.systems[1].placement = LevelPlacement::iid;  // the density's own
  EXPECT_NEAR(experiment.work_share(), 0.25 / (0.25 + 1.0 / 3.0), 1e-6);
  for (const auto placement : {LevelPlacement::quantile, LevelPlacement::iid}) {
    experiment.systems[0] = system(density, 1, placement);
    EXPECT_EQ(experiment.work_share(), 0.0);
    experiment.systems[1] = system(density, 1, placement);
    EXPECT_EQ(experiment.work_share(), 0.5);
    experiment.systems[1] = system(density, 4, placement);
  }
}

TEST(WorkShare, OfLevelsFromAFileAndOfSystemsWithoutWidth) {
  Experiment experiment;
  experiment.systems = {file_system({-1.0, 1.0}), file_system({0.0, 2.0, 4.0})};
  EXPECT_NEAR(experiment.work_share(), 1.0 / (1.0 + 8.0 / 3.0), 1e-14);
  experiment.systems = {file_system({1.0}), file_system({2.0})};
  EXPECT_EQ(experiment.work_share(), 0.5);
}

TEST(Experiment, DimensionIsTheProductOfTheSizes) {
  Experiment experiment = random_experiment();
  experiment.systems[0].size = 3;
  experiment.systems[1].size = 7;
  EXPECT_EQ(experiment.dimension(), 21U);
}

TEST(Experiment, KnowsWhichLevelsAreRandom) {
  const auto density = uniform_density(1.0, 0.0);
  EXPECT_TRUE(system(density, 2, LevelPlacement::iid).has_random_levels());
  EXPECT_TRUE(system(density, 2, LevelPlacement::gue).has_random_levels());
  EXPECT_FALSE(system(density, 2, LevelPlacement::quantile).has_random_levels());
  EXPECT_FALSE(file_system({1.0, 2.0}).has_random_levels());
}

TEST(DrawDisorder, IsAPureFunctionOfExperimentAndRealization) {
  for (const auto& law : {gaussian_unitary(), gaussian_orthogonal()}) {
    const auto experiment = random_experiment(law);
    const auto reference = draw_disorder(experiment, 5);
    for (const std::uint64_t other : {9U, 0U, 4U, 6U}) {
      const auto different = draw_disorder(experiment, other);
      EXPECT_NE(different.levels[0], reference.levels[0]);
      EXPECT_NE(different.levels[1], reference.levels[1]);
      EXPECT_NE(different.coupling->element(3, 2), reference.coupling->element(3, 2));
    }
    expect_equal(draw_disorder(experiment, 5), reference);
  }
}

TEST(DrawDisorder, DoesNotDependOnTheRestOfTheJob) {
  auto experiment = random_experiment();
  const auto reference = draw_disorder(experiment, 5);
  experiment.first_realization = 3;
  experiment.realizations = 1000;
  experiment.strength = 0.4;
  experiment.times = {0.0, 1.0};
  experiment.states = thermal_states({{1.0, 0.3}, {2.0, 0.1}});
  experiment.fixed_work_share = 0.1;
  expect_equal(draw_disorder(experiment, 5), reference);
  experiment.seed = 43;
  EXPECT_NE(draw_disorder(experiment, 5).levels[0], reference.levels[0]);
}

TEST(DrawDisorder, SystemsHaveTheirOwnLevels) {
  auto experiment = random_experiment();
  for (const auto placement : {LevelPlacement::iid, LevelPlacement::gue}) {
    experiment.systems[0].placement = placement;
    experiment.systems[1].placement = placement;
    const auto disorder = draw_disorder(experiment, 0);
    EXPECT_NE(disorder.levels[0], disorder.levels[1]);
  }
}

TEST(DrawDisorder, TakesLevelsFromAFileAsTheyAre) {
  auto experiment = random_experiment();
  experiment.systems[1] = file_system({4.0, -1.0, 0.5});
  const auto disorder = draw_disorder(experiment, 2);
  EXPECT_THAT(disorder.levels[1], ElementsAre(4.0, -1.0, 0.5));
  EXPECT_EQ(disorder.coupling->dimension(), 18U);
}

}  // namespace
}  // namespace rmtheat::model
