#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dynamics/dense_reference.hpp"
#include "dynamics/experiments.hpp"
#include "rmtheat/model/observable/second_moments.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/planning/engine.hpp"

namespace rmtheat::dynamics {
namespace {

using model::Experiment;
using model::LevelPlacement;
namespace fields = model::fields;

SolverOptions options_of(Method method) {
  SolverOptions options;
  options.method = method;
  options.tolerance = 1e-12;
  return options;
}

Trajectory propagate(const Experiment& experiment, const SolverOptions& options,
                     std::uint64_t realization) {
  const auto world = parallel::Environment::world();
  return planning::make_engine(experiment, world, options)->propagate(realization);
}

/// Every field at t = 0, early and late, from more times than nodes.
void expect_dense_averages(Experiment experiment) {
  experiment.times = test::equal_steps(201, 0.05);
  experiment.with_statistics = true;
  constexpr std::uint64_t realization = 3;
  const auto [levels, curves, diagnostics, retried, raw] =
      propagate(experiment, options_of(Method::diagonalization), realization);
  test::DenseReference reference(experiment, realization);
  const double share = experiment.work_share();
  std::vector<test::DenseReference::Averages> start;
  for (const std::size_t t : {0U, 23U, 190U}) {
    reference.advance_to(experiment.times[t]);
    for (std::size_t pair = 0; pair < experiment.states.size(); ++pair) {
      SCOPED_TRACE(experiment.states[pair]->label() +
                   ", t = " + std::to_string(experiment.times[t]));
      const auto betas = experiment.states[pair]->betas().value();
      const double beta = model::mean_beta(betas);
      const auto exact = reference.averages(initial_weights(levels, *experiment.states[pair]));
      const auto bias = reference.averages(temperature_bias(levels, beta));
      if (t == 0) {
        start.push_back(exact);
      }
      const auto expect = [&](const model::Field& field, double value) {
        EXPECT_NEAR(curves.curve(field, pair)[t], value, 1e-10) << field.name;
      };
      const auto heat = [&](const test::DenseReference::Averages& averages) {
        return (1.0 - share) * averages.rate[0] - share * averages.rate[1];
      };
      expect(fields::energy_1, exact.energy[0]);
      expect(fields::energy_2, exact.energy[1]);
      expect(fields::interaction_energy, exact.interaction);
      expect(fields::current_1, exact.rate[0]);
      expect(fields::current_2, exact.rate[1]);
      expect(fields::heat_current, heat(exact));
      expect(fields::work_power, exact.rate[0] + exact.rate[1]);
      expect(fields::entropy_production, betas[0] * (exact.energy[0] - start[pair].energy[0]) +
                                             betas[1] * (exact.energy[1] - start[pair].energy[1]));
      expect(fields::conductance, beta * beta * heat(bias));
      const auto square = [&](const std::array<double, 2>& c) {
        const auto& [first, mixed, second] = exact.second_moments;
        return c[0] * c[0] * first + 2.0 * c[0] * c[1] * mixed + c[1] * c[1] * second;
      };
      expect(fields::heat_second_moment, square(model::heat_shares(share)));
      expect(fields::work_second_moment, square({1.0, 1.0}));
      expect(fields::entropy_second_moment, square(betas));
      EXPECT_NEAR(reference.fluctuation(initial_weights(levels, *experiment.states[pair]), betas),
                  1.0, 1e-12);
      EXPECT_GT(t == 0 ? 1.0 : std::abs(exact.interaction), 1e-3);
    }
  }
}

TEST(Engines, DiagonalizationOfRandomLevelsEqualsDenseMatrices) {
  expect_dense_averages(test::small_experiment(20, 17, model::gaussian_unitary()));
}

TEST(Engines, DiagonalizationOfQuantilesEqualsDenseMatrices) {
  auto experiment = test::small_experiment(17, 20, model::gaussian_orthogonal());
  for (auto& system : experiment.systems) {
    system.placement = LevelPlacement::quantile;
  }
  expect_dense_averages(experiment);
}

/// Levels that lie on a grid of 2^-20, so that an offset of 1e9 leaves their distances exact.
Experiment shifted_levels(const Experiment& drawn, double offset_1, double offset_2) {
  auto experiment = drawn;
  const auto levels = model::draw_levels(drawn, 0);
  for (std::size_t system = 0; system < 2; ++system) {
    std::vector<double> file = levels[system];
    for (double& level : file) {
      level = std::round(level * 0x1p20) * 0x1p-20 + (system == 0 ? offset_1 : offset_2);
    }
    experiment.systems[system] = {nullptr, file.size(), LevelPlacement::file, file};
  }
  return experiment;
}

// Where energies lie moves nothing but the energies themselves.
TEST(Engines, OffsetsOfTheLevelsCostNoDigits) {
  auto drawn = test::small_experiment(12, 9, model::gaussian_unitary());
  drawn.with_statistics = true;
  for (const Method method : {Method::diagonalization, Method::lanczos}) {
    const auto options = options_of(method);
    const auto plain = propagate(shifted_levels(drawn, 0.0, 0.0), options, 1).curves;
    for (const auto& [offset_1, offset_2] :
         {std::pair(1e3, 1e3), std::pair(1e9, 1e9), std::pair(-1e9, 1e3)}) {
      SCOPED_TRACE(offset_1);
      const auto shifted = propagate(shifted_levels(drawn, offset_1, offset_2), options, 1).curves;
      for (const auto& field : plain.fields()) {
        std::vector<double> expected(plain.values(field).begin(), plain.values(field).end());
        double tolerance = 0.0;
        for (const double value : expected) {
          tolerance = std::max(tolerance, 1e-9 * std::abs(value));
        }
        if (field == fields::energy_1 || field == fields::energy_2) {
          const double offset = field == fields::energy_1 ? offset_1 : offset_2;
          std::ranges::for_each(expected, [offset](double& value) { value += offset; });
          tolerance += 1e-15 * std::abs(offset);
        }
        EXPECT_THAT(shifted.values(field),
                    testing::Pointwise(testing::DoubleNear(tolerance), expected))
            << field.name;
      }
    }
  }
}

// No coupling, no levels to exchange energy with, or neither.
TEST(Engines, SmallestSystemsAndNoCouplingAreFinite) {
  for (const auto& law : {model::gaussian_unitary(), model::gaussian_orthogonal()}) {
    for (const auto& [n1, n2] :
         {std::pair(1U, 1U), std::pair(1U, 5U), std::pair(4U, 1U), std::pair(4U, 5U)}) {
      for (const double strength : {0.0, 0.35}) {
        auto experiment = test::small_experiment(n1, n2, law);
        experiment.strength = strength;
        experiment.with_statistics = true;
        for (auto method : {Method::diagonalization, Method::lanczos}) {
          for (const auto noise_reduction : {NoiseReduction::none, NoiseReduction::pairs}) {
            auto options = options_of(method);
            options.noise_reduction = noise_reduction;
            const auto curves = propagate(experiment, options, 2).curves;
            EXPECT_EQ(curves.fields().size(), model::observable_table().size());
            for (const auto& field : curves.fields()) {
              EXPECT_THAT(curves.values(field),
                          testing::Each(testing::Truly([](double x) { return std::isfinite(x); })))
                  << field.name;
            }
            const auto& still = n1 == 1 ? fields::current_1 : fields::current_2;
            if (strength == 0.0 || n1 == 1 || n2 == 1) {
              EXPECT_THAT(curves.values(still), testing::Each(testing::DoubleNear(0.0, 1e-12)));
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace rmtheat::dynamics
