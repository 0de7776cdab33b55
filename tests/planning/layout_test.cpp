#include "rmtheat/planning/layout.hpp"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "planning/experiments.hpp"
#include "rmtheat/planning/diagonalization_plan.hpp"
#include "rmtheat/planning/memory.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::planning {
namespace {

using dynamics::EigensolverChoice;
using dynamics::SolverOptions;
using model::Experiment;
using test::alike_systems;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;

/// The sentence with which a layout is refused.
std::string refusal(const Experiment& experiment, const SolverOptions& options,
                    std::size_t realizations, const Machine& machine) {
  try {
    (void)choose_layout(experiment, options, realizations, machine);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

/// Memory of a realization in units of 16 D^2 bytes, or 8 D^2 where H is real.
double matrices(const Experiment& experiment, int ranks, const SolverOptions& options) {
  const auto dimension = static_cast<double>(experiment.dimension());
  const double element = experiment.coupling == model::gaussian_orthogonal() ? 8.0 : 16.0;
  return ranks * planning::diagonalization_memory(experiment, options, ranks) /
         (element * dimension * dimension);
}

TEST(Layout, GroupsAreAsSmallAsMemoryAllows) {
  const auto experiment = alike_systems(40);
  const auto alone = choose_layout(experiment, {}, 100, {6, 1.0 * gibibyte});
  EXPECT_EQ(alone.groups, 6);
  EXPECT_EQ(alone.ranks_per_group, 1);
  EXPECT_EQ(alone.plan->eigensolver, linalg::Eigensolver::lapack);
  const auto large = alike_systems(100);  // 16 D^2 = 1.5 GiB
  const auto shared = choose_layout(large, {}, 100, {6, 4.5 * gibibyte});
  EXPECT_EQ(shared.groups, 3);
  EXPECT_EQ(shared.ranks_per_group, 2);
  EXPECT_EQ(shared.plan->eigensolver, linalg::Eigensolver::scalapack);
  EXPECT_LT(shared.memory_per_rank, 0.85 * 4.5 * gibibyte);
}

TEST(Layout, NoGroupIsSmallerThanWhatFits) {
  const auto large = alike_systems(100);
  const auto layout = choose_layout(large, {}, 100, {5, 4.5 * gibibyte});
  EXPECT_EQ(layout.groups, 2);
  EXPECT_EQ(layout.smallest_group, 2);
  EXPECT_EQ(layout.ranks_per_group, 3);
  EXPECT_THAT(describe(layout), HasSubstr("2 groups of 2 to 3 ranks"));
  SolverOptions fixed;
  fixed.ranks_per_group = 2;  // makes groups of 2, 2 and 1
  EXPECT_THAT(refusal(large, fixed, 100, {5, 4.5 * gibibyte}), HasSubstr("on each of 1 ranks"));
}

TEST(Layout, FewRealizationsShareAllRanks) {
  const auto layout = choose_layout(alike_systems(40), {}, 2, {8, 1.0 * gibibyte});
  EXPECT_EQ(layout.groups, 2);
  EXPECT_EQ(layout.ranks_per_group, 4);
  EXPECT_THAT(refusal(alike_systems(4), {}, 2, {8, 1.0 * gibibyte}),
              AllOf(HasSubstr("8 ranks"), HasSubstr("at most 2")));
}

TEST(Layout, SaysHowManyRanks32BitSizesNeed) {
  const auto experiment = alike_systems(400);  // D = 160 000
  SolverOptions options;
  options.ranks_per_group = 8;
  const auto sentence = refusal(experiment, options, 1, {8, 1e6 * gibibyte});
  EXPECT_THAT(sentence, AllOf(HasSubstr("160000"), HasSubstr("32-bit")));
  const auto at = sentence.find("at least ");
  ASSERT_NE(at, std::string::npos);
  const int needed = std::stoi(sentence.substr(at + 9));
  EXPECT_GT(needed, 30);
  EXPECT_LT(needed, 45);
  options.ranks_per_group = static_cast<std::size_t>(needed);
  EXPECT_EQ(refusal(experiment, options, 1, {needed, 1e6 * gibibyte}), "accepted");
  options.ranks_per_group.reset();
  EXPECT_GE(choose_layout(experiment, options, 1, {64, 1e6 * gibibyte}).smallest_group, needed);
}

TEST(Layout, RefusesWhatNoMachineHolds) {
  EXPECT_THAT(refusal(alike_systems(3000), {}, 1, {4, gibibyte}),
              AllOf(HasSubstr("9000000"), HasSubstr("PiB")));
  EXPECT_THAT(refusal(alike_systems(1'000'000), {}, 1, {4, gibibyte}), HasSubstr("lanczos"));
}

TEST(Layout, ElpaMustBeBuiltIn) {
  SolverOptions options;
  options.eigensolver = EigensolverChoice::elpa;
  const auto sentence = refusal(alike_systems(20), options, 10, {2, gibibyte});
  if (linalg::has_elpa()) {
    EXPECT_EQ(sentence, "accepted");
    EXPECT_THAT(describe(choose_layout(alike_systems(20), options, 10, {2, gibibyte})),
                HasSubstr("elpa"));
  } else {
    EXPECT_THAT(sentence, HasSubstr("without ELPA"));
  }
}

TEST(DiagonalizationMemory, AtMostSixMatricesOnAnyNumberOfRanks) {
  const auto complex = alike_systems(400);  // D = 160 000: the panels hardly count
  EXPECT_NEAR(matrices(complex, 1, {}), 3.0, 0.1);
  SolverOptions scalapack;
  scalapack.eigensolver = EigensolverChoice::scalapack;
  EXPECT_NEAR(matrices(complex, 1, scalapack), 3.5, 0.1);
  for (const int ranks : {2, 3, 4, 8, 9, 16, 64}) {
    EXPECT_LE(matrices(complex, ranks, {}), 6.0) << ranks << " ranks";
    EXPECT_GE(matrices(complex, ranks, {}), 3.5) << ranks << " ranks";
  }
}

TEST(DiagonalizationPlan, GridsBlocksAndEigensolvers) {
  const auto grid = [](int ranks, const SolverOptions& options = {}) {
    const auto shape = planning::plan_diagonalization(10000, ranks, options).shape;
    return std::pair(shape.grid_rows, shape.grid_columns);
  };
  EXPECT_EQ(grid(1), std::pair(1, 1));
  EXPECT_EQ(grid(8), std::pair(1, 8));
  EXPECT_EQ(grid(16), std::pair(4, 4));
  EXPECT_EQ(grid(64), std::pair(8, 8));
  EXPECT_EQ(grid(37), std::pair(6, 6));  // one rank left out rather than a row of 37
  SolverOptions elpa;
  elpa.eigensolver = EigensolverChoice::elpa;
  EXPECT_EQ(grid(37, elpa), std::pair(1, 37));
  EXPECT_EQ(grid(36, elpa), std::pair(6, 6));
  SolverOptions rows;
  rows.grid_rows = 2;
  rows.block_size = 48;
  EXPECT_EQ(grid(8, rows), std::pair(2, 4));
  EXPECT_EQ(grid(1, rows), std::pair(1, 1));
  EXPECT_EQ(planning::plan_diagonalization(10000, 8, rows).shape.block_size, 48);
  EXPECT_EQ(planning::plan_diagonalization(10000, 8, {}).shape.block_size, 32);
  EXPECT_LT(planning::plan_diagonalization(100, 4, {}).shape.block_size, 13);
}

}  // namespace
}  // namespace rmtheat::planning
