#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "extending/toys.hpp"
#include "io/temporary_directory.hpp"
#include "results_of_job.hpp"
#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/model/coupling/table.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/planning/engine.hpp"
#include "rmtheat/planning/layout.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat {
namespace {

namespace fields = model::fields;
using testing::HasSubstr;

/// A job of the toy law, from its options, in the toy state.
io::Config toy_job() {
  auto config = io::parse_config(
      "[system1]\nsize = 6\n[system2]\nsize = 5\nlevels = iid\n[coupling]\nstructure = toy\n"
      "strength = 0.4\n[time]\nend = 5\nsteps = 10\n[observables]\nconductance = false\n"
      "[ensemble]\nrealizations = 4\n");
  config.experiment.states = {test::toy_state()};
  return config;
}

dynamics::SolverOptions lanczos() {
  dynamics::SolverOptions options;
  options.method = dynamics::Method::lanczos;
  options.tolerance = 1e-12;
  return options;
}

ensemble::Samples simulate(const io::Config& job, const dynamics::SolverOptions& options) {
  const auto world = parallel::Environment::world();
  const auto engine = planning::make_engine(job.experiment, world, options);
  ensemble::Samples samples;
  for (std::uint64_t k = 0; k < job.experiment.realizations; ++k) {
    samples.emplace_back(engine->propagate(k));
  }
  return samples;
}

/// On 1 and 5 levels.
std::shared_ptr<const model::GivenOperators> given_operators() {
  model::GivenOperators operators;
  operators.terms = 1;
  operators.factors[0] = {2.0};
  operators.factors[1].resize(25);
  for (std::size_t j = 0; j < 5; ++j) {
    operators.factors[1][6 * j] = 0.3 * static_cast<double>(j);
  }
  operators.factors[1][3] = {0.5, -0.25};
  operators.factors[1][15] = {0.5, 0.25};
  model::complete(operators);
  return std::make_shared<const model::GivenOperators>(std::move(operators));
}

TEST(Extending, EveryLawKeepsItsWord) {
  const model::SystemLevels levels = {{{-1.0}, {-1.0, -0.5, 0.0, 0.5, 1.0}}};
  constexpr std::size_t dimension = 5;
  constexpr std::uint64_t realizations = 4000;
  model::CouplingOptions options;
  options.operators = given_operators();
  for (const auto& structure : model::coupling_table()) {
    const auto law = structure.make(options);
    SCOPED_TRACE(structure.word);
    EXPECT_EQ(law->word(), structure.word);
    std::vector<double> moments(dimension * dimension);
    for (std::uint64_t r = 0; r < realizations; ++r) {
      const auto coupling = law->draw(levels, 11, r);
      for (std::size_t a = 0; a < dimension; ++a) {
        for (std::size_t b = 0; b < dimension; ++b) {
          const auto element = coupling->element(a, b);
          EXPECT_EQ(element, std::conj(coupling->element(b, a)));
          EXPECT_TRUE(!law->is_real() || element.imag() == 0.0);
          moments[a * dimension + b] += std::norm(element) / realizations;
        }
      }
    }
    for (std::size_t a = 0; a < dimension; ++a) {
      for (std::size_t b = 0; b < dimension; ++b) {
        const double exact = law->second_moment(a, b, levels);
        EXPECT_NEAR(moments[a * dimension + b], exact, 0.12 * exact);
      }
    }
  }
}

TEST(Extending, ALawIsKnownToOptionsEnginesAndPlanning) {
  const auto job = toy_job();
  EXPECT_EQ(job.experiment.coupling, test::toy_law());
  EXPECT_THAT(job.resolved_text, HasSubstr("structure = toy"));
  const auto levels = model::draw_levels(job.experiment, 2);
  const auto samples = simulate(job, {});
  const auto& curves = samples[2]->curves;
  // The state is known exactly, so all random pure states of Lanczos start from it; and V has a
  // product of its own there.
  EXPECT_NEAR(curves.curve(fields::energy_1, 0)[0], levels[0].front(), 1e-12);
  EXPECT_NEAR(curves.curve(fields::current_1, 0)[0], 0.0, 1e-12);
  EXPECT_GT(std::abs(curves.curve(fields::current_1, 0)[3]), 1e-4);
  const auto chains = simulate(job, lanczos());
  EXPECT_NEAR(chains[2]->curves.curve(fields::energy_1, 0)[0], levels[0].front(), 1e-12);

  const planning::Machine machine{1, 1e9};
  EXPECT_LT(planning::choose_layout(job.experiment, lanczos(), 4, machine).memory_per_rank, 1e9);
}

TEST(Extending, WhatASampledCouplingNeedsIsAskedOfTheLaw) {
  /// As the toy law, without its product.
  class Plain final : public model::CouplingLaw {
   public:
    [[nodiscard]] std::string_view word() const override { return "plain"; }
    [[nodiscard]] std::string_view name() const override { return "plain chain"; }
    [[nodiscard]] std::unique_ptr<const model::Coupling> draw(
        const model::SystemLevels& levels, std::uint64_t seed,
        std::uint64_t realization) const override {
      return test::toy_law()->draw(levels, seed, realization);
    }
    [[nodiscard]] bool is_real() const override { return true; }
    [[nodiscard]] double second_moment(std::size_t a, std::size_t b,
                                       const model::SystemLevels& levels) const override {
      return test::toy_law()->second_moment(a, b, levels);
    }
    [[nodiscard]] double half_width() const override { return 2.0; }
  };
  auto job = toy_job();
  const auto with_product = simulate(job, lanczos());
  job.experiment.coupling = std::make_shared<const Plain>();
  const planning::Machine machine{1, 1e9};
  try {
    planning::choose_layout(job.experiment, lanczos(), 4, machine);
    ADD_FAILURE() << "sampling was not refused";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("plain chain"));
  }
  auto stored = lanczos();
  stored.coupling = dynamics::CouplingStorage::stored;
  const auto from_matrix = simulate(job, stored);
  for (std::size_t r = 0; r < from_matrix.size(); ++r) {
    EXPECT_THAT(from_matrix[r]->curves.values(fields::current_1),
                testing::Pointwise(testing::DoubleNear(1e-10),
                                   with_product[r]->curves.values(fields::current_1)));
  }
}

TEST(Extending, AStateNeedsNoTemperatures) {
  const auto job = toy_job();
  const auto samples = simulate(job, {});
  EXPECT_TRUE(samples[0]->curves.has(fields::heat_current));
  EXPECT_FALSE(samples[0]->curves.has(fields::entropy_production));
  for (const auto& planned : ensemble::plan_predictions(job.experiment, 4)) {
    EXPECT_FALSE(planned.plan.feasible()) << planned.name();
  }
  const auto results = app::results_of_job(job, {});
  EXPECT_TRUE(std::isnan(results.betas.front()[0]));
}

TEST(Extending, AnObservableGoesFromTheEngineToTheFile) {
  auto job = toy_job();
  job.experiment.states = model::thermal_states({{1.0, 0.3}});
  auto results = app::results_of_job(job, {"0", "none", "2026-01-01T00:00:00Z", 1, "", ""});
  results.samples = simulate(job, {});
  results.statistics = ensemble::statistics_of(results.samples);
  const auto toy = test::toy_observable().field;
  const auto& mean = results.statistics.mean;
  for (std::size_t t = 0; t < results.times.size(); ++t) {
    EXPECT_EQ(mean.curve(toy, 0)[2 * t], mean.curve(fields::energy_1, 0)[t]);
    EXPECT_EQ(mean.curve(toy, 0)[2 * t + 1], mean.curve(fields::energy_2, 0)[t]);
  }
  EXPECT_FALSE(results.statistics.covariance.contains(toy));
  if (!parallel::Environment::world().is_root()) {
    return;
  }
  const TemporaryDirectory directory;
  const auto path = directory.path() / "toy.h5";
  io::write_results(path, results, true);
  const auto read = io::read_results(path);
  EXPECT_EQ(read.job.structure, "toy");
  EXPECT_THAT(read.statistics.mean.values(toy), testing::ElementsAreArray(mean.values(toy)));
  EXPECT_THAT(read.samples[3]->curves.values(toy),
              testing::ElementsAreArray(results.samples[3]->curves.values(toy)));
}

}  // namespace
}  // namespace rmtheat
