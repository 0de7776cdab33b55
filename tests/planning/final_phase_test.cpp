#include "rmtheat/planning/final_phase.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "planning/experiments.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::planning {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr double observables = 9.0;
constexpr double times = 201.0;

model::Experiment job(std::size_t realizations) {
  auto experiment = test::alike_systems(4);
  experiment.realizations = realizations;
  return experiment;
}

std::string refusal(const model::Experiment& experiment, double available) {
  try {
    require_final_fit(final_phase(experiment, {}), experiment, available);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(FinalPhase, CountsTheCovariancesOfAllCurves) {
  const double one = observables * times * times * sizeof(double);
  auto experiment = job(10);
  EXPECT_EQ(final_phase(experiment, {}).covariances, one);
  experiment.states = model::thermal_states({{1.0, 0.3}, {1.0, 0.5}});
  EXPECT_EQ(final_phase(experiment, {}).covariances, 2.0 * one);
  // Each of LO, NLO and all orders has one of its own.
  experiment.systems[0].placement = model::LevelPlacement::iid;
  EXPECT_EQ(final_phase(experiment, {}).covariances, 8.0 * one);
  experiment.with_conductance = false;
  EXPECT_EQ(final_phase(experiment, {}).covariances, 8.0 * one * 8.0 / observables);
}

TEST(FinalPhase, CountsEveryRealization) {
  const double values = observables * times * sizeof(double);
  const double one = final_phase(job(1), {}).samples;
  EXPECT_GT(one, values);
  EXPECT_LT(one, values + 1000.0);
  EXPECT_EQ(final_phase(job(50), {}).samples, 50.0 * one);
  dynamics::SolverOptions reduced;
  reduced.noise_reduction = dynamics::NoiseReduction::control;
  EXPECT_EQ(final_phase(job(1), reduced).samples, one + values);
}

TEST(FinalPhase, ThatDoesNotFitIsRefusedWithWhatThereIsTooMuchOf) {
  const double peak = final_phase(job(10), {}).peak();
  EXPECT_EQ(refusal(job(10), 1.2 * peak), "accepted");
  EXPECT_THAT(refusal(job(10), peak),
              AllOf(HasSubstr("time.steps = 200: the covariances"), HasSubstr("fewer time steps")));
  EXPECT_THAT(refusal(job(1'000'000'000), 1e10),
              AllOf(HasSubstr("ensemble.realizations = 1000000000: the samples"),
                    HasSubstr("fewer realizations")));
}

}  // namespace
}  // namespace rmtheat::planning
