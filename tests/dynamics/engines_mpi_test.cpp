#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dynamics/dense_reference.hpp"
#include "dynamics/experiments.hpp"
#include "rmtheat/model/observable/distribution.hpp"
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

/// Of both systems, at distribution time k.
void expect_marginals(const Experiment& experiment, const model::SystemLevels& levels,
                      const model::Curves& distributions, std::size_t pair, std::size_t k,
                      const Diagonal& populations) {
  const auto fields = model::distribution_fields(experiment);
  ASSERT_EQ(fields.size(), 2U);
  for (std::size_t system = 0; system < 2; ++system) {
    const auto bins = model::energy_bins(experiment, system);
    const auto bin_of_level = model::bins_of_levels(bins, levels[system]);
    std::vector<double> expected(bins.count);
    for (std::size_t a = 0; a < populations.size(); ++a) {
      const std::size_t n2 = levels[1].size();
      expected[bin_of_level[system == 0 ? a / n2 : a % n2]] += populations[a];
    }
    const auto found = distributions.curve(fields[system], pair);
    for (std::size_t bin = 0; bin < bins.count; ++bin) {
      EXPECT_NEAR(found[k * bins.count + bin], expected[bin], 1e-11);
    }
  }
}

/// Every field at t = 0, early and late, from more times than nodes.
void expect_dense_averages(Experiment experiment) {
  experiment.times = test::equal_steps(201, 0.05);
  experiment.with_statistics = true;
  constexpr std::array<std::size_t, 3> some_times = {0, 23, 190};
  for (const std::size_t t : some_times) {
    experiment.distribution_times.push_back(experiment.times[t]);
  }
  experiment.bins = 5;
  constexpr std::uint64_t realization = 3;
  const auto trajectory = propagate(experiment, options_of(Method::diagonalization), realization);
  const auto& levels = trajectory.levels;
  const auto& curves = trajectory.curves;
  const auto& distributions = trajectory.distributions;
  test::DenseReference reference(experiment, realization);
  const double share = experiment.work_share();
  std::vector<test::DenseReference::Averages> start;
  for (std::size_t k = 0; k < some_times.size(); ++k) {
    const std::size_t t = some_times[k];
    reference.advance_to(experiment.times[t]);
    for (std::size_t pair = 0; pair < experiment.states.size(); ++pair) {
      SCOPED_TRACE(experiment.states[pair]->label() +
                   ", t = " + std::to_string(experiment.times[t]));
      const auto betas = experiment.states[pair]->betas().value();
      const double beta = model::mean_beta(betas);
      expect_marginals(experiment, levels, distributions, pair, k,
                       reference.populations(initial_weights(levels, *experiment.states[pair])));
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

/// Where every level is a bin.
void expect_energies_as_means(Experiment experiment, const SolverOptions& options) {
  for (auto& system : experiment.systems) {
    system.placement = LevelPlacement::quantile;
  }
  experiment.times = test::equal_steps(21, 0.5);
  experiment.distribution_times = {0.0, 1.5, 10.0};
  const auto [levels, curves, diagnostics, retried, raw, distributions] =
      propagate(experiment, options, 1);
  const auto fields = model::distribution_fields(experiment);
  for (std::size_t system = 0; system < 2; ++system) {
    const std::size_t n = levels[system].size();
    for (std::size_t pair = 0; pair < experiment.states.size(); ++pair) {
      const auto found = distributions.curve(fields[system], pair);
      const auto energy = curves.curve(fields::energies[system], pair);
      for (const auto& [k, t] : {std::pair(0, 0), std::pair(1, 3), std::pair(2, 20)}) {
        const auto row = found.subspan(static_cast<std::size_t>(k) * n, n);
        EXPECT_NEAR(std::reduce(row.begin(), row.end()), 1.0, 1e-11);
        EXPECT_NEAR(std::inner_product(row.begin(), row.end(), levels[system].begin(), 0.0),
                    energy[static_cast<std::size_t>(t)], 1e-9)
            << "t = " << experiment.times[static_cast<std::size_t>(t)];
      }
    }
  }
}

TEST(Engines, DistributionsHaveTheEnergiesAsMeans) {
  for (const auto& coupling : {model::gaussian_unitary(), model::gaussian_orthogonal()}) {
    const auto experiment = test::small_experiment(7, 9, coupling);
    expect_energies_as_means(experiment, options_of(Method::lanczos));
    auto options = options_of(Method::diagonalization);
    expect_energies_as_means(experiment, options);
    options.noise_reduction = NoiseReduction::pairs;
    // The energies of pairs are means over V and -V, as the distributions are.
    expect_energies_as_means(experiment, options);
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
