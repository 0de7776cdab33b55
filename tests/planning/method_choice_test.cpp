#include "rmtheat/planning/method_choice.hpp"

#include <cmath>
#include <memory>
#include <numbers>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rmtheat/model/coupling/band.hpp"
#include "rmtheat/model/coupling/given.hpp"
#include "rmtheat/model/coupling/products.hpp"
#include "rmtheat/planning/cost.hpp"
#include "rmtheat/planning/memory.hpp"

namespace rmtheat::planning {
namespace {

using dynamics::Method;
using dynamics::NoiseReduction;
using dynamics::SolverOptions;
using model::Experiment;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;
constexpr Machine large_machine{2, 1e6 * gibibyte};

Experiment experiment_of(std::size_t size, double strength, double width = 1.0) {
  Experiment experiment;
  for (auto& system : experiment.systems) {
    system = {model::gaussian_density(width, 0.0), size, model::LevelPlacement::quantile, {}};
  }
  experiment.states = model::thermal_states({{1.0, 0.3}});
  experiment.strength = strength;
  experiment.times = {0.0, 5.0, 10.0};
  return experiment;
}

SolverOptions automatic() {
  SolverOptions options;
  options.method = Method::automatic;
  options.noise_reduction = NoiseReduction::automatic;
  return options;
}

TEST(MethodChoice, SmallMatricesAreDiagonalizedLargeOnesAreNot) {
  const auto small = choose_method(experiment_of(20, 0.3), automatic(), large_machine);
  EXPECT_EQ(small.method, Method::diagonalization);
  EXPECT_THAT(small.description, AllOf(HasSubstr("diagonalization (auto"), HasSubstr("after")));
  const auto large = choose_method(experiment_of(300, 0.3), automatic(), large_machine);
  EXPECT_EQ(large.method, Method::lanczos);
  EXPECT_THAT(large.description, AllOf(HasSubstr("lanczos (auto"), HasSubstr("after")));
}

TEST(MethodChoice, LanczosWhereTheMatrixDoesNotFit) {
  const auto experiment = experiment_of(50, 0.3);  // 16 D^2 = 95 MiB
  const Machine small_machine{2, 0.1 * gibibyte};
  EXPECT_EQ(choose_method(experiment, automatic(), large_machine).method, Method::diagonalization);
  const auto choice = choose_method(experiment, automatic(), small_machine);
  EXPECT_EQ(choice.method, Method::lanczos);
  EXPECT_THAT(choice.description, AllOf(HasSubstr("would need"), HasSubstr("MiB")));
}

TEST(MethodChoice, PairsUntilEnergiesHaveRelaxed) {
  const auto chosen = [](const Experiment& experiment) {
    auto options = automatic();
    options.method = Method::lanczos;
    return choose_method(experiment, options, large_machine).noise_reduction;
  };
  EXPECT_EQ(chosen(experiment_of(50, 0.03)), NoiseReduction::pairs);
  EXPECT_EQ(chosen(experiment_of(50, 0.3)), NoiseReduction::pairs);
  EXPECT_EQ(chosen(experiment_of(50, 0.6)), NoiseReduction::none);
  auto early = experiment_of(50, 0.6);
  early.times = {0.0, 1.0};
  EXPECT_EQ(chosen(early), NoiseReduction::pairs);
  auto wide = experiment_of(50, 0.6, 10.0);
  EXPECT_EQ(chosen(wide), NoiseReduction::pairs);
}

// Alike systems of unit variance: the density of total energies is 1/sqrt(4 pi) at its centre.
TEST(MethodChoice, RelaxationIsTheGoldenRule) {
  const double rate = 2.0 * std::numbers::pi * 0.3 * 0.3 / std::sqrt(4.0 * std::numbers::pi);
  EXPECT_NEAR(relaxation_by_the_end(experiment_of(50, 0.3)), 10.0 * rate, 1e-12);
}

// Without a coupling nothing relaxes, whatever the levels.
TEST(MethodChoice, UncoupledLevelsWithoutAWidthDoNotRelax) {
  auto experiment = experiment_of(1, 0.0);
  for (auto& system : experiment.systems) {
    system.density.reset();
    system.placement = model::LevelPlacement::file;
    system.file_levels = {2.0};
  }
  EXPECT_EQ(relaxation_by_the_end(experiment), 0.0);
}

// What the user has chosen stays, and gives no reason.
TEST(MethodChoice, OnlyWhatIsAutomaticIsChosen) {
  SolverOptions options;
  for (const auto method : {Method::diagonalization, Method::lanczos}) {
    for (const auto noise_reduction : {NoiseReduction::none, NoiseReduction::pairs}) {
      options.method = method;
      options.noise_reduction = noise_reduction;
      const auto choice = choose_method(experiment_of(150, 0.6), options, large_machine);
      EXPECT_EQ(choice.method, method);
      EXPECT_EQ(choice.noise_reduction, noise_reduction);
      EXPECT_THAT(choice.description, Not(HasSubstr("auto")));
    }
  }
}

// A band can neither be drawn as it is used nor has it a product.
TEST(MethodChoice, AsksTheLawWhatIsPossible) {
  auto band = experiment_of(300, 0.3);
  band.coupling = model::gaussian_band(model::Family::unitary, 1.0, model::Profile::gaussian);
  const auto choice = choose_method(band, automatic(), {2, 1e13});
  EXPECT_EQ(choice.method, Method::diagonalization);
  EXPECT_THAT(choice.description, HasSubstr("band of width 1 is not drawn as it is used"));
  auto products = experiment_of(600, 0.3);
  products.coupling = model::random_products(1);
  EXPECT_EQ(choose_method(products, automatic(), large_machine).method, Method::lanczos);
  EXPECT_EQ(choose_method(products, automatic(), large_machine).noise_reduction,
            NoiseReduction::pairs);
  // Given operators have no counterpart with -V, and one diagonalization is exact.
  auto given = experiment_of(2, 0.3);
  model::GivenOperators operators;
  operators.terms = 1;
  operators.factors = {{{1.0, 0.5, 0.5, -1.0}, {0.0, 1.0, 1.0, 0.0}}};
  model::complete(operators);
  given.coupling = model::given_coupling(std::make_shared<const model::GivenOperators>(operators));
  EXPECT_EQ(choose_method(given, automatic(), large_machine).method, Method::diagonalization);
  EXPECT_FALSE(varies(given, {}));
  auto chains = automatic();
  chains.method = Method::lanczos;
  EXPECT_EQ(choose_method(given, chains, large_machine).noise_reduction, NoiseReduction::none);
  EXPECT_TRUE(varies(given, chains));
}

TEST(LanczosCost, HasTheProductsWithTheFactors) {
  SolverOptions options;
  options.method = Method::lanczos;
  auto experiment = experiment_of(100, 0.0);
  constexpr double rate = 1e10;
  const auto seconds = [&](const model::LawPointer& law) {
    experiment.coupling = law;
    return realization_cost(experiment, options, 1, rate).total();
  };
  const double more = seconds(model::random_products(5)) - seconds(model::random_products(1));
  const double chains = 3.0 * static_cast<double>(experiment.states.size());
  EXPECT_NEAR(more, chains * expected_lanczos_vectors(experiment) * 4.0 * 8.0 * 2e6 / rate,
              1e-6 * more);
}

// The two kinds of pairs leave a different scatter, and so have different names.
TEST(MethodChoice, NamesTheKindOfPairs) {
  SolverOptions options;
  options.method = Method::lanczos;
  options.noise_reduction = NoiseReduction::pairs;
  EXPECT_EQ(choose_method(experiment_of(20, 0.1), options, large_machine).description,
            "lanczos, antithetic pairs");
  options.coupling = dynamics::CouplingStorage::stored;
  EXPECT_EQ(choose_method(experiment_of(20, 0.1), options, large_machine).description,
            "lanczos, pairs of V and -V");
}

TEST(LanczosMemory, IsThatOfTheVectorsAndOfAStoredCoupling) {
  const auto experiment = experiment_of(100, 0.3);
  SolverOptions options;
  options.method = Method::lanczos;
  const double vectors = expected_lanczos_vectors(experiment);
  const double one_vector = 16.0 * 100 * 100;
  const double sampled = lanczos_memory(experiment, options, 1);
  EXPECT_GT(sampled, one_vector * vectors);
  EXPECT_LT(sampled, one_vector * (vectors + 20.0));
  EXPECT_NEAR(lanczos_memory(experiment, options, 4), sampled / 4.0, 0.01 * sampled);
  options.coupling = dynamics::CouplingStorage::stored;
  EXPECT_NEAR(lanczos_memory(experiment, options, 1) - sampled, 1e4 * one_vector,
              1e-3 * 1e4 * one_vector);
  auto real = experiment;
  real.coupling = model::gaussian_orthogonal();
  options.coupling = dynamics::CouplingStorage::sampled;
  EXPECT_NEAR(lanczos_memory(real, options, 1), 0.5 * sampled, 0.05 * sampled);
}

}  // namespace
}  // namespace rmtheat::planning
