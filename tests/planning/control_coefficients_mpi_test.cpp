#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "planning/experiments.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/planning/control_coefficients.hpp"
#include "rmtheat/planning/engine.hpp"
#include "rmtheat/planning/expected_error.hpp"
#include "support/statistics.hpp"

namespace rmtheat::planning {
namespace {

using dynamics::NoiseReduction;
namespace fields = model::fields;

/// N = 10, beta 1 and 0.3, t = 0 to 10.
model::Experiment experiment_of(double strength) {
  auto experiment = test::alike_systems(10, model::gaussian_unitary());
  experiment.strength = strength;
  experiment.times.clear();
  for (int k = 0; k <= 20; ++k) {
    experiment.times.push_back(0.5 * k);
  }
  experiment.states = {model::thermal_state({1.0, 0.3})};
  experiment.with_conductance = true;
  return experiment;
}

constexpr std::size_t at_2 = 4;
constexpr std::size_t at_5 = 10;

TEST(ControlCoefficients, FallAsTheRealizationForgets) {
  struct Row {
    double strength;
    double early;
    double late;
  };
  for (const auto& [strength, early, late] :
       {Row{0.05, 0.99, 0.97}, Row{0.1, 0.96, 0.87}, Row{0.2, 0.83, 0.56}, Row{0.3, 0.65, 0.22}}) {
    const auto control = control_coefficients(experiment_of(strength)).front();
    EXPECT_NEAR(control.rate[at_2], early, 0.01);
    EXPECT_NEAR(control.rate[at_5], late, 0.01);
    EXPECT_NEAR(control.conductance[at_5], late, 0.01);
    EXPECT_GT(control.energy[at_5], control.rate[at_5]);
    EXPECT_EQ(control.rate.front(), 1.0);
  }
}

TEST(ControlCoefficients, AreThoseOfOptionsAlone) {
  auto experiment = experiment_of(0.2);
  const auto fixed = control_coefficients(experiment).front().rate;
  experiment.seed = 77;
  for (auto& system : experiment.systems) {
    system.placement = model::LevelPlacement::iid;
  }
  EXPECT_EQ(control_coefficients(experiment).front().rate, fixed);
  experiment.strength = 0.0;
  EXPECT_EQ(control_coefficients(experiment).front().rate, std::vector<double>(21, 1.0));
  // Few times are computed and the others interpolated.
  experiment.strength = 0.2;
  experiment.times.clear();
  for (int k = 0; k <= 1000; ++k) {
    experiment.times.push_back(0.01 * k);
  }
  const auto fine = control_coefficients(experiment).front().rate;
  EXPECT_NEAR(fine[500], fixed[at_5], 3e-3);
}

// Standard deviation of one realization's heat current over the raw one at t = 2 and 5, from an
// independent program of 2000 realizations. 400 know a ratio to 5 %.
TEST(ControlVariate, ReducesTheScatterByAHundred) {
  const auto alone = parallel::Environment::world();
  struct Row {
    double strength;
    NoiseReduction reduction;
    double early;
    double late;
  };
  for (const auto& [strength, reduction, early, late] :
       {Row{0.05, NoiseReduction::both, 0.006, 0.016},
        Row{0.1, NoiseReduction::control, 0.117, 0.183}, Row{0.2, NoiseReduction::both, 0.10, 0.24},
        Row{0.3, NoiseReduction::control, 0.46, 0.75}}) {
    auto experiment = experiment_of(strength);
    experiment.with_conductance = false;
    dynamics::SolverOptions options;
    options.noise_reduction = reduction;
    const auto engine = make_engine(experiment, alone, options);
    std::array<std::vector<double>, 2> reduced;
    std::array<std::vector<double>, 2> raw;
    for (std::uint64_t r = 0; r < 400; ++r) {
      const auto trajectory = engine->propagate(r);
      for (std::size_t k = 0; k < 2; ++k) {
        const std::size_t t = k == 0 ? at_2 : at_5;
        reduced[k].push_back(trajectory.curves.curve(fields::heat_current, 0)[t]);
        raw[k].push_back(trajectory.raw.curve(fields::heat_current, 0)[t]);
      }
    }
    SCOPED_TRACE(strength);
    EXPECT_NEAR(
        std::sqrt(test::sample_variance(reduced[0]) / test::sample_variance(raw[0])) / early, 1.0,
        0.2);
    EXPECT_NEAR(std::sqrt(test::sample_variance(reduced[1]) / test::sample_variance(raw[1])) / late,
                1.0, 0.2);
  }
}

// The fit that auto, --dry-run and --estimate use; to a factor of two in the variance.
TEST(ControlVariate, LeavesTheExpectedVariance) {
  const auto alone = parallel::Environment::world();
  for (const double strength : {0.03, 0.4}) {
    auto experiment = experiment_of(strength);
    experiment.with_conductance = false;
    const auto control = control_coefficients(experiment).front();
    for (const auto reduction : {NoiseReduction::control, NoiseReduction::both}) {
      dynamics::SolverOptions options;
      options.noise_reduction = reduction;
      const auto engine = make_engine(experiment, alone, options);
      std::vector<double> reduced;
      std::vector<double> raw;
      for (std::uint64_t r = 0; r < 150; ++r) {
        const auto trajectory = engine->propagate(r);
        const auto late = [&](const model::Curves& curves) {
          const auto curve = curves.curve(fields::heat_current, 0).subspan(10);
          return std::accumulate(curve.begin(), curve.end(), 0.0);
        };
        reduced.push_back(late(trajectory.curves));
        raw.push_back(late(trajectory.raw));
      }
      const double ratio = test::sample_variance(reduced) / test::sample_variance(raw);
      const double expected = remaining_variance(reduction, control, *experiment.coupling);
      EXPECT_GT(ratio / expected, 0.5) << strength;
      EXPECT_LT(ratio / expected, 2.0) << strength;
    }
  }
}

TEST(ControlVariate, PairsPayOffAtWeakCouplingAlone) {
  const auto efficient_at = [](double strength) {
    const auto experiment = experiment_of(strength);
    return efficient_control(experiment, control_coefficients(experiment));
  };
  EXPECT_EQ(efficient_at(0.1), NoiseReduction::both);
  EXPECT_EQ(efficient_at(0.4), NoiseReduction::control);
}

}  // namespace
}  // namespace rmtheat::planning
