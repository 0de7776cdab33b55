#include <algorithm>
#include <cmath>
#include <complex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dynamics/experiments.hpp"
#include "dynamics/pure_state_reference.hpp"
#include "rmtheat/dynamics/lanczos/random_state.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/planning/engine.hpp"

namespace rmtheat::dynamics {
namespace {

using model::Experiment;
using model::LevelPlacement;
namespace fields = model::fields;
using test::small_experiment;
using Complex = std::complex<double>;

SolverOptions lanczos(CouplingStorage coupling, double tolerance = 1e-12) {
  SolverOptions options;
  options.method = Method::lanczos;
  options.coupling = coupling;
  options.tolerance = tolerance;
  return options;
}

/// The whole state of one chain, as the engine draws it.
std::vector<Complex> state_of(const Experiment& experiment, const Diagonal& weights,
                              std::uint64_t realization, std::uint64_t chain) {
  const PhiloxStream random(experiment.seed, realization, Stream::state);
  const RowRange all{0, weights.size()};
  if (experiment.coupling == model::gaussian_unitary()) {
    return random_phase_state<Complex>(weights, all, random, chain);
  }
  const auto real = random_phase_state<double>(weights, all, random, chain);
  return {real.begin(), real.end()};
}

void expect_equal_to_power_series(const Experiment& experiment) {
  const auto world = parallel::Environment::world();
  const auto engine = planning::make_engine(experiment, world, lanczos(CouplingStorage::stored));
  constexpr std::uint64_t realization = 3;
  const auto trajectory = engine->propagate(realization);
  const auto& levels = trajectory.levels;
  const auto& curves = trajectory.curves;
  const test::PureStateReference reference(experiment, realization);
  const double share = experiment.work_share();
  for (std::size_t pair = 0; pair < experiment.states.size(); ++pair) {
    const auto averages = [&](const Diagonal& weights, std::uint64_t part) {
      return reference.averages(state_of(experiment, weights, realization, 3 * pair + part),
                                experiment.times);
    };
    const double beta = model::mean_beta(experiment.states[pair]->betas().value());
    Diagonal positive = temperature_bias(levels, beta);
    Diagonal negative = positive;
    std::ranges::for_each(positive, [](double& value) { value = std::max(value, 0.0); });
    std::ranges::for_each(negative, [](double& value) { value = std::max(-value, 0.0); });
    const auto exact = averages(initial_weights(levels, *experiment.states[pair]), 0);
    const auto plus = averages(positive, 1);
    const auto minus = averages(negative, 2);
    for (std::size_t t = 0; t < experiment.times.size(); ++t) {
      const auto value = [&](const model::Field& observable) {
        return curves.curve(observable, pair)[t];
      };
      EXPECT_NEAR(value(fields::energy_1), exact[t].energy[0], 1e-10);
      EXPECT_NEAR(value(fields::energy_2), exact[t].energy[1], 1e-10);
      EXPECT_NEAR(value(fields::current_1), exact[t].rate[0], 1e-10);
      EXPECT_NEAR(value(fields::current_2), exact[t].rate[1], 1e-10);
      EXPECT_NEAR(value(fields::interaction_energy), exact[t].interaction, 1e-10);
      EXPECT_NEAR(value(fields::conductance),
                  beta * beta *
                      ((1.0 - share) * (plus[t].rate[0] - minus[t].rate[0]) -
                       share * (plus[t].rate[1] - minus[t].rate[1])),
                  1e-10);
    }
  }
}

// Chains that end in a converged state and chains that span the whole space; ranks without rows.
TEST(Lanczos, StoredCouplingEqualsPowerSeries) {
  for (const auto& law : {model::gaussian_unitary(), model::gaussian_orthogonal()}) {
    expect_equal_to_power_series(small_experiment(1, 1, law));
    expect_equal_to_power_series(small_experiment(1, 3, law));
    expect_equal_to_power_series(small_experiment(3, 4, law));
    expect_equal_to_power_series(small_experiment(12, 11, law));
  }
}

// A pair with a stored coupling: the mean over V and -V in the same state, every observable.
TEST(Lanczos, PairsAreTheMeanOverBothSigns) {
  for (const auto& law : {model::gaussian_unitary(), model::gaussian_orthogonal()}) {
    auto experiment = small_experiment(8, 6, law);
    experiment.with_conductance = false;
    auto options = lanczos(CouplingStorage::stored);
    options.noise_reduction = NoiseReduction::pairs;
    constexpr std::uint64_t realization = 2;
    const auto trajectory =
        planning::make_engine(experiment, parallel::Environment::world(), options)
            ->propagate(realization);
    const auto& levels = trajectory.levels;
    const auto& curves = trajectory.curves;
    for (std::size_t pair = 0; pair < experiment.states.size(); ++pair) {
      const auto state = state_of(experiment, initial_weights(levels, *experiment.states[pair]),
                                  realization, 3 * pair);
      const auto averages = [&](double sign) {
        return test::PureStateReference(experiment, realization, sign)
            .averages(state, experiment.times);
      };
      const auto plus = averages(1.0);
      const auto minus = averages(-1.0);
      EXPECT_GT(std::abs(plus.back().energy[0] - minus.back().energy[0]), 1e-4);
      for (std::size_t t = 0; t < experiment.times.size(); ++t) {
        const auto value = [&](const model::Field& observable) {
          return curves.curve(observable, pair)[t];
        };
        const auto mean = [&](auto get) { return 0.5 * (get(plus[t]) + get(minus[t])); };
        using Averages = test::PureStateReference::Averages;
        EXPECT_NEAR(value(fields::energy_1), mean([](const Averages& a) { return a.energy[0]; }),
                    1e-10);
        EXPECT_NEAR(value(fields::energy_2), mean([](const Averages& a) { return a.energy[1]; }),
                    1e-10);
        EXPECT_NEAR(value(fields::current_1), mean([](const Averages& a) { return a.rate[0]; }),
                    1e-10);
        EXPECT_NEAR(value(fields::current_2), mean([](const Averages& a) { return a.rate[1]; }),
                    1e-10);
        EXPECT_NEAR(value(fields::interaction_energy),
                    mean([](const Averages& a) { return a.interaction; }), 1e-10);
      }
    }
  }
}

/// The engine's curves do not depend on how many ranks share a realization.
void expect_same_on_one_rank(const Experiment& experiment, const SolverOptions& options) {
  const auto world = parallel::Environment::world();
  const auto alone = world.split(world.rank(), 0);
  const auto shared = planning::make_engine(experiment, world, options)->propagate(5);
  const auto own = planning::make_engine(experiment, alone, options)->propagate(5);
  EXPECT_EQ(shared.diagnostics.at(Diagnostic::lanczos_vectors),
            own.diagnostics.at(Diagnostic::lanczos_vectors));
  for (const auto& observable : own.curves.fields()) {
    EXPECT_THAT(shared.curves.values(observable),
                testing::Pointwise(testing::DoubleNear(1e-10), own.curves.values(observable)));
  }
}

TEST(Lanczos, SameOnAnyNumberOfRanks) {
  for (const auto& law : {model::gaussian_unitary(), model::gaussian_orthogonal()}) {
    auto sampled = lanczos(CouplingStorage::sampled);
    expect_same_on_one_rank(small_experiment(61, 53, law), sampled);
    sampled.noise_reduction = NoiseReduction::pairs;
    auto with_statistics = small_experiment(20, 17, law);
    with_statistics.with_statistics = true;
    expect_same_on_one_rank(with_statistics, sampled);
    expect_same_on_one_rank(small_experiment(9, 8, law), lanczos(CouplingStorage::stored));
  }
}

TEST(Lanczos, ConservationAndRates) {
  auto experiment = small_experiment(40, 30, model::gaussian_unitary());
  constexpr double step = 0.05;
  experiment.times = test::equal_steps(101, step);
  const auto world = parallel::Environment::world();
  const auto curves = planning::make_engine(experiment, world, lanczos(CouplingStorage::sampled))
                          ->propagate(0)
                          .curves;
  for (std::size_t pair = 0; pair < experiment.states.size(); ++pair) {
    for (const auto& [energy_name, rate_name] : {std::pair(fields::energy_1, fields::current_1),
                                                 std::pair(fields::energy_2, fields::current_2)}) {
      const auto energy = curves.curve(energy_name, pair);
      const auto rate = curves.curve(rate_name, pair);
      EXPECT_GT(std::abs(energy.back() - energy.front()), 1e-3);
      for (std::size_t t = 2; t + 2 < experiment.times.size(); ++t) {
        EXPECT_NEAR(rate[t], test::slope(energy, t, step), 1e-4);
      }
    }
  }
}

// The systems' energies at t = 0 are the thermal ones, whatever the phases of the state.
TEST(Lanczos, StartsFromThermalEnergies) {
  const auto experiment = small_experiment(17, 9, model::gaussian_unitary());
  const auto world = parallel::Environment::world();
  const auto [levels, curves, diagnostics, retried, raw, distributions] =
      planning::make_engine(experiment, world, lanczos(CouplingStorage::sampled))->propagate(1);
  for (std::size_t pair = 0; pair < experiment.states.size(); ++pair) {
    const auto [beta1, beta2] = experiment.states[pair]->betas().value();
    EXPECT_NEAR(curves.curve(fields::energy_1, pair)[0],
                model::WeightedLevels(levels[0]).mean_energy(beta1), 1e-12);
    EXPECT_NEAR(curves.curve(fields::energy_2, pair)[0],
                model::WeightedLevels(levels[1]).mean_energy(beta2), 1e-12);
  }
}

// Without coupling nothing moves, though the chain is as long as with it.
TEST(Lanczos, NoCouplingNoCurrent) {
  auto experiment = small_experiment(20, 15, model::gaussian_unitary());
  experiment.strength = 0.0;
  const auto world = parallel::Environment::world();
  const auto engine = planning::make_engine(experiment, world, lanczos(CouplingStorage::sampled));
  const auto [levels, curves, diagnostics, retried, raw, distributions] = engine->propagate(0);
  EXPECT_GT(diagnostics.at(Diagnostic::lanczos_vectors), 20);
  for (const auto& observable :
       {fields::current_1, fields::current_2, fields::entropy_production, fields::conductance}) {
    EXPECT_THAT(curves.values(observable), testing::Each(testing::DoubleNear(0.0, 1e-11)));
  }
}

/// Levels 0 and 1, each many times over: three total energies.
Experiment degenerate_experiment(double strength) {
  auto experiment = small_experiment(6, 4, model::gaussian_unitary());
  experiment.systems[0] = {nullptr, 6, LevelPlacement::file, {0, 0, 0, 1, 1, 1}};
  experiment.systems[1] = {nullptr, 4, LevelPlacement::file, {0, 0, 1, 1}};
  experiment.states = model::thermal_states({{1.0, 0.3}});
  experiment.strength = strength;
  return experiment;
}

TEST(Lanczos, EndsInAnInvariantSubspace) {
  const auto world = parallel::Environment::world();
  const auto uncoupled = degenerate_experiment(0.0);
  const auto engine = planning::make_engine(uncoupled, world, lanczos(CouplingStorage::sampled));
  const auto [levels, curves, diagnostics, retried, raw, distributions] = engine->propagate(0);
  EXPECT_EQ(diagnostics.at(Diagnostic::lanczos_vectors), 3);
  EXPECT_EQ(diagnostics.at(Diagnostic::lanczos_tail), 0);
  EXPECT_THAT(curves.values(fields::current_1), testing::Each(testing::DoubleNear(0.0, 1e-13)));
  expect_equal_to_power_series(degenerate_experiment(0.35));
}

// The tolerance bounds the tail, and tightening it lengthens the chain and shortens the error.
TEST(Lanczos, ToleranceIsMet) {
  const auto experiment = small_experiment(25, 20, model::gaussian_unitary());
  const auto world = parallel::Environment::world();
  const auto tight =
      planning::make_engine(experiment, world, lanczos(CouplingStorage::sampled, 1e-13));
  const auto exact = tight->propagate(2).curves;
  double last_vectors = 0.0;
  for (const double tolerance : {1e-3, 1e-6, 1e-9}) {
    const auto engine =
        planning::make_engine(experiment, world, lanczos(CouplingStorage::sampled, tolerance));
    const auto [levels, curves, diagnostics, retried, raw, distributions] = engine->propagate(2);
    EXPECT_LE(diagnostics.at(Diagnostic::lanczos_tail), tolerance);
    EXPECT_GT(diagnostics.at(Diagnostic::lanczos_vectors), last_vectors);
    EXPECT_LE(diagnostics.at(Diagnostic::lanczos_orthogonality), 1e-13);
    last_vectors = diagnostics.at(Diagnostic::lanczos_vectors);
    for (const auto& observable : exact.fields()) {
      EXPECT_THAT(curves.values(observable), testing::Pointwise(testing::DoubleNear(10 * tolerance),
                                                                exact.values(observable)));
    }
  }
}

}  // namespace
}  // namespace rmtheat::dynamics
