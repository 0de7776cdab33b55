#include <cmath>
#include <numeric>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dynamics/experiments.hpp"
#include "dynamics/taylor_reference.hpp"
#include "rmtheat/linalg/eigensolver/eigensolver.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/planning/engine.hpp"

namespace rmtheat::dynamics {
namespace {

using model::Experiment;
namespace fields = model::fields;
using test::small_experiment;

/// Process grids to try on the ranks that there are: every number of rows that divides them.
std::vector<SolverOptions> all_grids(int ranks) {
  std::vector<SolverOptions> options;
  for (int rows = 1; rows <= ranks; ++rows) {
    if (ranks % rows == 0) {
      for (const std::size_t block_size : {1U, 3U}) {
        SolverOptions with_grid;
        with_grid.eigensolver = EigensolverChoice::scalapack;
        with_grid.grid_rows = static_cast<std::size_t>(rows);
        with_grid.block_size = block_size;
        options.push_back(with_grid);
      }
    }
  }
  options.emplace_back();
  if (linalg::has_elpa()) {
    options.emplace_back().eigensolver = EigensolverChoice::elpa;
  }
  return options;
}

void expect_equal_to_taylor_series(const Experiment& experiment, const SolverOptions& options) {
  const auto world = parallel::Environment::world();
  const auto engine = planning::make_engine(experiment, world, options);
  constexpr std::uint64_t realization = 3;
  const auto trajectory = engine->propagate(realization);
  const test::TaylorReference reference(experiment, realization);
  const auto& curves = trajectory.curves;
  for (std::size_t pair = 0; pair < experiment.states.size(); ++pair) {
    for (std::size_t t = 0; t < experiment.times.size(); ++t) {
      const auto exact = reference.averages(*experiment.states[pair], experiment.times[t]);
      EXPECT_NEAR(exact.trace, 1.0, 1e-12);
      EXPECT_NEAR(curves.curve(fields::energy_1, pair)[t], exact.energy[0], 1e-10);
      EXPECT_NEAR(curves.curve(fields::energy_2, pair)[t], exact.energy[1], 1e-10);
      EXPECT_NEAR(curves.curve(fields::interaction_energy, pair)[t], exact.interaction, 1e-10);
      EXPECT_NEAR(curves.curve(fields::current_1, pair)[t], exact.current[0], 1e-10);
      EXPECT_NEAR(curves.curve(fields::current_2, pair)[t], exact.current[1], 1e-10);
    }
  }
}

TEST(Diagonalization, EqualsTaylorSeriesOnEveryGrid) {
  for (const auto& law : {model::gaussian_unitary(), model::gaussian_orthogonal()}) {
    for (const auto& options : all_grids(parallel::Environment::world().size())) {
      expect_equal_to_taylor_series(small_experiment(4, 3, law), options);
      expect_equal_to_taylor_series(small_experiment(6, 6, law), options);
    }
  }
}

TEST(Diagonalization, SecondMomentsAreThoseOfOneRank) {
  const auto world = parallel::Environment::world();
  const auto alone = world.split(world.rank(), 0);
  for (const auto& law : {model::gaussian_unitary(), model::gaussian_orthogonal()}) {
    auto experiment = small_experiment(6, 5, law);
    experiment.with_statistics = true;
    const auto expected = planning::make_engine(experiment, alone, {})->propagate(3).curves;
    for (const auto& options : all_grids(world.size())) {
      const auto found = planning::make_engine(experiment, world, options)->propagate(3).curves;
      for (const auto& field : expected.fields()) {
        EXPECT_THAT(found.values(field),
                    testing::Pointwise(testing::DoubleNear(1e-10), expected.values(field)))
            << field.name;
      }
    }
  }
}

TEST(Diagonalization, OwnStepsAndTheLibraryGiveTheSameTrajectory) {
  const auto world = parallel::Environment::world();
  // Large enough for own steps on one rank, too.
  for (const auto& law : {model::gaussian_unitary(), model::gaussian_orthogonal()}) {
    auto experiment = small_experiment(18, 18, law);
    experiment.with_statistics = true;
    SolverOptions library;
    library.tridiagonalization = linalg::TridiagonalizationChoice::library;
    const auto own = planning::make_engine(experiment, world, {})->propagate(2).curves;
    const auto other = planning::make_engine(experiment, world, library)->propagate(2).curves;
    bool is_another = false;
    for (const auto& observable :
         {fields::energy_1, fields::energy_2, fields::interaction_energy, fields::current_1,
          fields::current_2, fields::heat_current, fields::conductance}) {
      for (std::size_t pair = 0; pair < experiment.states.size(); ++pair) {
        for (std::size_t t = 0; t < experiment.times.size(); ++t) {
          const double value = own.curve(observable, pair)[t];
          EXPECT_NEAR(other.curve(observable, pair)[t], value, 1e-10);
          is_another = is_another || other.curve(observable, pair)[t] != value;
        }
      }
    }
    const bool in_steps = world.size() > 1 || !law->is_real();
    EXPECT_EQ(is_another, in_steps);
  }
}

TEST(Diagonalization, RanksThatOwnNothing) {
  SolverOptions options;
  options.eigensolver = EigensolverChoice::scalapack;
  options.block_size = 2;  // three blocks of columns: with four ranks, one has none
  expect_equal_to_taylor_series(small_experiment(2, 3, model::gaussian_unitary()), options);
  expect_equal_to_taylor_series(small_experiment(1, 2, model::gaussian_orthogonal()), options);
}

// Several panels of eigenvectors per rank, so that all kinds of panel pairs occur.
TEST(Diagonalization, ConservationLawsAndSecondLaw) {
  auto experiment = small_experiment(20, 17, model::gaussian_unitary());
  experiment.times = test::equal_steps(101, 0.1);
  const auto world = parallel::Environment::world();
  const auto engine = planning::make_engine(experiment, world, {});
  const auto dimension = static_cast<double>(experiment.dimension());
  for (std::uint64_t realization = 0; realization < 2; ++realization) {
    const auto curves = engine->propagate(realization).curves;
    for (std::size_t pair = 0; pair < experiment.states.size(); ++pair) {
      const auto e1 = curves.curve(fields::energy_1, pair);
      const auto e2 = curves.curve(fields::energy_2, pair);
      const auto interaction = curves.curve(fields::interaction_energy, pair);
      const auto current = curves.curve(fields::current_1, pair);
      const auto entropy = curves.curve(fields::entropy_production, pair);
      EXPECT_NEAR(current[0], 0.0, 1e-11);
      for (std::size_t t = 0; t < experiment.times.size(); ++t) {
        EXPECT_NEAR(e1[t] + e2[t] + interaction[t], e1[0] + e2[0] + interaction[0],
                    1e-11 * dimension);
        EXPECT_GE(entropy[t], -1e-11);
      }
      // The current is the derivative of the energy: fourth-order differences agree.
      for (std::size_t t = 2; t + 2 < experiment.times.size(); ++t) {
        EXPECT_NEAR(current[t], test::slope(e1, t, 0.1), 2e-3);
      }
    }
  }
}

// kappa is a derivative with respect to the temperature difference: finite differences of the heat
// current approach it.
TEST(Diagonalization, ConductanceIsTheDerivativeOfTheHeatCurrent) {
  auto experiment = small_experiment(5, 4, model::gaussian_unitary());
  constexpr double beta = 0.65;
  constexpr double step = 1e-3;
  experiment.states = model::thermal_states(
      {{beta, beta}, {beta + step / 2, beta - step / 2}, {beta - step / 2, beta + step / 2}});
  const auto world = parallel::Environment::world();
  const auto curves = planning::make_engine(experiment, world, {})->propagate(0).curves;
  for (std::size_t t = 0; t < experiment.times.size(); ++t) {
    const double difference =
        curves.curve(fields::heat_current, 1)[t] - curves.curve(fields::heat_current, 2)[t];
    EXPECT_NEAR(curves.curve(fields::conductance, 0)[t], beta * beta * difference / (2 * step),
                1e-8);
  }
}

// Without coupling nothing moves.
TEST(Diagonalization, NoCouplingNoCurrent) {
  auto experiment = small_experiment(4, 5, model::gaussian_unitary());
  experiment.strength = 0.0;
  const auto world = parallel::Environment::world();
  const auto curves = planning::make_engine(experiment, world, {})->propagate(0).curves;
  for (const double value : curves.values(fields::current_1)) {
    EXPECT_NEAR(value, 0.0, 1e-12);
  }
  for (const double value : curves.values(fields::entropy_production)) {
    EXPECT_NEAR(value, 0.0, 1e-12);
  }
}

}  // namespace
}  // namespace rmtheat::dynamics
