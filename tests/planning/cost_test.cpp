#include "rmtheat/planning/cost.hpp"

#include <gtest/gtest.h>

#include "planning/experiments.hpp"
#include "rmtheat/support/blas.hpp"

namespace rmtheat::planning {
namespace {

using test::alike_systems;

constexpr double rate = 4e10;

double seconds(const model::Experiment& experiment, int ranks = 1,
               const dynamics::SolverOptions& options = {}) {
  return realization_cost(experiment, options, ranks, rate).total();
}

TEST(CostModel, GrowsWithTheCubeOfTheDimension) {
  const double ratio = seconds(alike_systems(400)) / seconds(alike_systems(200));
  EXPECT_GT(ratio, 58.0);  // 4^3 less what grows as the square
  EXPECT_LT(ratio, 64.0);
}

TEST(CostModel, IsOfTheMeasuredMagnitude) {
  // D = 1600 takes 3 to 8 s on one core at 4e10 operations per second.
  EXPECT_GT(seconds(alike_systems(40)), 2.0);
  EXPECT_LT(seconds(alike_systems(40)), 10.0);
}

TEST(CostModel, RanksAndSpeedShortenIt) {
  const auto experiment = alike_systems(100);
  EXPECT_LT(seconds(experiment, 2), 0.6 * seconds(experiment));
  EXPECT_GT(seconds(experiment, 2), 0.5 * seconds(experiment));
  const auto slow = realization_cost(experiment, {}, 1, 0.5 * rate);
  EXPECT_DOUBLE_EQ(slow.total(), 2.0 * seconds(experiment));
}

TEST(CostModel, SeveralRowsTakeTheLibrarysDriver) {
  const auto experiment = alike_systems(100);
  dynamics::SolverOptions rows;
  rows.grid_rows = 2;
  const auto one_row = realization_cost(experiment, {}, 8, rate);
  const auto two_rows = realization_cost(experiment, rows, 8, rate);
  EXPECT_GT(two_rows.solving, 1.2 * one_row.solving);
  EXPECT_LT(two_rows.solving, 1.5 * one_row.solving);
  EXPECT_EQ(two_rows.evolving, one_row.evolving);
}

TEST(CostModel, KnowsTheLibrarysDriverWhereItIsChosen) {
  auto experiment = alike_systems(100);
  dynamics::SolverOptions library;
  library.tridiagonalization = linalg::TridiagonalizationChoice::library;
  const auto ratio = [&](int ranks) {
    return realization_cost(experiment, library, ranks, rate).solving /
           realization_cost(experiment, {}, ranks, rate).solving;
  };
  EXPECT_NEAR(ratio(1), 1.3, 1e-9);
  EXPECT_NEAR(ratio(2), 1.3, 1e-9);
  EXPECT_NEAR(ratio(9), 1.0, 1e-9);  // it is at work on 3 x 3 processes anyway
  experiment.coupling = model::gaussian_orthogonal();
  EXPECT_NEAR(ratio(1), 1.0, 1e-9);
  EXPECT_NEAR(ratio(2), 1.3, 1e-9);
}

TEST(CostModel, RealMatricesAndFewerOperatorsCostLess) {
  auto experiment = alike_systems(60);
  const double all = seconds(experiment);
  experiment.with_conductance = false;
  EXPECT_LT(seconds(experiment), all);
  experiment.with_conductance = true;
  experiment.coupling = model::gaussian_orthogonal();
  EXPECT_LT(seconds(experiment), 0.5 * all);
  experiment.coupling = model::gaussian_unitary();
  experiment.with_statistics = true;
  EXPECT_GT(seconds(experiment), 1.2 * all);
  EXPECT_LT(seconds(experiment), 1.6 * all);
}

TEST(CostModel, LanczosGrowsLinearly) {
  dynamics::SolverOptions lanczos;
  lanczos.method = dynamics::Method::lanczos;
  const double ratio =
      seconds(alike_systems(1000), 1, lanczos) / seconds(alike_systems(500), 1, lanczos);
  EXPECT_GT(ratio, 3.9);  // 4, and chains a little longer
  EXPECT_LT(ratio, 5.0);
  EXPECT_LT(seconds(alike_systems(300), 1, lanczos), 1e-3 * seconds(alike_systems(300)));
}

TEST(CostModel, CalibrationMeasuresTheBlas) {
  blas::set_threads(1);
  const double measured = measure_zgemm_rate();
  EXPECT_GT(measured, 1e6);  // of no machine as loaded as can be
  EXPECT_LT(measured, 1e13);
}

}  // namespace
}  // namespace rmtheat::planning
