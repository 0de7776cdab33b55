#include <cmath>

#include <gtest/gtest.h>

#include "planning/experiments.hpp"
#include "rmtheat/model/observable/evolution.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/planning/engine.hpp"
#include "rmtheat/planning/expected_error.hpp"
#include "rmtheat/theory/scatter.hpp"
#include "support/statistics.hpp"

namespace rmtheat::planning {
namespace {

using dynamics::Method;
using Quantity = theory::ScatteringStates::Quantity;

model::Experiment weakly_coupled(const model::LawPointer& law) {
  auto experiment = test::alike_systems(7, law);
  experiment.strength = 0.03;
  experiment.times = {0.0, 1.0, 2.0, 3.0, 4.0};
  experiment.with_conductance = false;
  return experiment;
}

dynamics::SolverOptions options_of(Method method) {
  dynamics::SolverOptions options;
  options.method = method;
  return options;
}

// The variance of 2000 realizations is known to 3 %, or somewhat worse where it is not Gaussian.
TEST(Scatter, IsThatOfSimulatedEnsembles) {
  const auto alone = parallel::Environment::world();
  constexpr std::uint64_t realizations = 2000;
  for (const auto& law : {model::gaussian_unitary(), model::gaussian_orthogonal()}) {
    const auto experiment = weakly_coupled(law);
    const auto levels = model::draw_levels(experiment, 0);
    const auto& state = *experiment.states.front();
    const std::array weights = {state.weights(0, levels[0]), state.weights(1, levels[1])};
    const auto states_of = [&](const std::array<double, 2>& shares) {
      return theory::ScatteringStates(levels, weights, shares, 49.0);
    };
    for (const auto method : {Method::diagonalization, Method::lanczos}) {
      const auto engine = make_engine(experiment, alone, options_of(method));
      std::vector<double> energies;
      std::vector<double> currents;
      std::vector<double> late;
      for (std::uint64_t r = 0; r < realizations; ++r) {
        const auto curves = engine->propagate(r).curves;
        energies.push_back(curves.curve(model::fields::energy_1, 0)[3]);
        currents.push_back(curves.curve(model::fields::current_1, 0)[3]);
        const auto heat = curves.curve(model::fields::heat_current, 0);
        late.push_back((heat[2] + heat[3] + heat[4]) / 3.0);
      }
      const auto formula = [&](const std::array<double, 2>& shares, Quantity quantity,
                               const std::vector<double>& times) {
        const auto states = states_of(shares);
        return method == Method::diagonalization
                   ? states.by_diagonalization(quantity, times, experiment.strength, *law)
                   : states.of_a_chain(quantity, times, experiment.strength, *law);
      };
      const auto close = [&](const std::vector<double>& sample, double expected) {
        EXPECT_NEAR(test::sample_variance(sample) / expected, 1.0, 0.1)
            << law->name() << (method == Method::lanczos ? ", lanczos" : ", diagonalization");
      };
      close(energies, formula({1.0, 0.0}, Quantity::energy, {3.0}));
      close(currents, formula({1.0, 0.0}, Quantity::current, {3.0}));
      close(late, formula(model::heat_shares(0.5), Quantity::current, {2.0, 3.0, 4.0}));
      EXPECT_NEAR(ExpectedError(experiment, options_of(method), {}).after(1) *
                      states_of(model::heat_shares(0.5))
                          .mean(Quantity::current, std::vector{2.0, 3.0, 4.0}, experiment.strength),
                  std::sqrt(test::sample_variance(late)),
                  0.1 * std::sqrt(test::sample_variance(late)));
    }
  }
}

TEST(ExpectedError, FallsAsTheSquareRootOfTheRealizations) {
  const auto experiment = test::alike_systems(20);
  const ExpectedError error(experiment, options_of(Method::diagonalization), {});
  EXPECT_NEAR(error.after(100), 0.1 * error.after(1), 1e-12);
  const double needed = error.realizations_for(0.01);
  EXPECT_LE(error.after(static_cast<std::uint64_t>(needed)), 0.01);
  EXPECT_GT(error.after(static_cast<std::uint64_t>(needed) - 1), 0.01);
}

// Of 1800 levels every other stands for all.
TEST(ExpectedError, LargeSystemsThroughFewerLevels) {
  const auto chains = options_of(Method::lanczos);
  const ExpectedError smaller(test::alike_systems(900), chains, {});
  const ExpectedError larger(test::alike_systems(1800), chains, {});
  EXPECT_NEAR(smaller.after(1) / larger.after(1), 2.0, 0.05);
}

}  // namespace
}  // namespace rmtheat::planning
