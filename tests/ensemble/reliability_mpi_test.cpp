// Reports between ranks, and second attempts.

#include <chrono>
#include <cstddef>
#include <thread>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "rmtheat/ensemble/reports.hpp"
#include "rmtheat/ensemble/retry.hpp"
#include "rmtheat/ensemble/runner.hpp"
#include "rmtheat/parallel/environment.hpp"

namespace rmtheat::ensemble {
namespace {

using dynamics::EigensolverChoice;
using dynamics::SolverOptions;

model::Experiment small_experiment() {
  model::Experiment experiment;
  for (auto& system : experiment.systems) {
    system.density = model::gaussian_density(1.0, 0.0);
    system.size = 3;
  }
  experiment.states = model::thermal_states({{1.0, 0.3}});
  experiment.strength = 0.3;
  experiment.times = {0.0, 0.5, 1.0};
  experiment.first_realization = 5;
  experiment.realizations = 7;
  return experiment;
}

Reports::FromRank wait_for_report(Reports& reports) {
  while (true) {
    if (auto letter = reports.next()) {
      return *std::move(letter);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST(Reports, ArriveAsTheyWereSent) {
  const auto world = parallel::Environment::world();
  const auto experiment = small_experiment();
  Reports reports(world, experiment, false);
  reports.send(StopWanted{"because"});
  reports.send(Failed{""});
  reports.send(GroupLeft{});
  if (!world.is_root()) {
    return;
  }
  std::vector<std::size_t> next(static_cast<std::size_t>(world.size()));
  for (int k = 0; k < 3 * world.size(); ++k) {
    const auto [rank, report] = wait_for_report(reports);
    switch (next[static_cast<std::size_t>(rank)]++) {
      case 0:
        EXPECT_EQ(std::get<StopWanted>(report).reason, "because");
        break;
      case 1:
        EXPECT_EQ(std::get<Failed>(report).cause, "");
        break;
      default:
        EXPECT_TRUE(std::holds_alternative<GroupLeft>(report));
    }
  }
}

TEST(Runner, ReportsEachRealizationOnceWithItsSample) {
  const auto world = parallel::Environment::world();
  const auto experiment = small_experiment();
  const std::vector<std::size_t> todo = {0, 2, 3, 6};
  for (int ranks_per_group = 1; ranks_per_group <= world.size(); ++ranks_per_group) {
    const parallel::Group group(world, ranks_per_group);
    Reports reports(world, experiment, false);
    run_realizations(group, experiment, {}, todo, reports, [] {});
    if (!world.is_root()) {
      continue;
    }
    std::vector<int> count(experiment.realizations);
    for (int left = 0; left < group.count();) {
      const auto letter = wait_for_report(reports);
      if (const auto* finished = std::get_if<Finished>(&letter.report)) {
        ++count.at(finished->index);
        EXPECT_FALSE(finished->trajectory.retried);
        EXPECT_EQ(finished->trajectory.curves.times(), 3U);
      } else {
        ASSERT_TRUE(std::holds_alternative<GroupLeft>(letter.report));
        ++left;
      }
    }
    EXPECT_EQ(count, (std::vector<int>{1, 0, 1, 1, 0, 0, 1}));
  }
}

TEST(Runner, EndsWhenItIsOrderedTo) {
  const auto world = parallel::Environment::world();
  const auto experiment = small_experiment();
  const parallel::Group group(world, 1);
  Reports reports(world, experiment, false);
  if (world.is_root()) {
    reports.order_stop();
  }
  while (!reports.stop_ordered()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  run_realizations(group, experiment, {}, {0, 1, 2, 3, 4, 5, 6}, reports, [] {});
  if (world.is_root()) {
    for (int rank = 0; rank < world.size(); ++rank) {
      EXPECT_TRUE(std::holds_alternative<GroupLeft>(wait_for_report(reports).report));
    }
  }
}

TEST(Retry, TakesTheOtherLibraryOnOneRank) {
  SolverOptions options;
  EXPECT_EQ(alternative_to(options, 1, 100)->eigensolver, EigensolverChoice::scalapack);
  options.eigensolver = EigensolverChoice::scalapack;
  EXPECT_EQ(alternative_to(options, 1, 100)->eigensolver, EigensolverChoice::lapack);
}

TEST(Retry, TakesSmallerBlocksOnSeveralRanks) {
  SolverOptions options;
  options.block_size = 20;
  EXPECT_EQ(alternative_to(options, 2, 100)->block_size, 10U);
  EXPECT_EQ(alternative_to(options, 2, 100)->eigensolver, EigensolverChoice::automatic);
  options.block_size = 1;
  EXPECT_FALSE(alternative_to(options, 2, 100));
  options.eigensolver = EigensolverChoice::elpa;
  EXPECT_EQ(alternative_to(options, 2, 100)->eigensolver, EigensolverChoice::scalapack);
}

TEST(Retry, HasNoOtherWayForLanczos) {
  SolverOptions options;
  options.method = dynamics::Method::lanczos;
  EXPECT_FALSE(alternative_to(options, 1, 100));
}

}  // namespace
}  // namespace rmtheat::ensemble
