#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dynamics/experiments.hpp"
#include "rmtheat/model/coupling/band.hpp"
#include "rmtheat/model/coupling/given.hpp"
#include "rmtheat/model/coupling/products.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/planning/engine.hpp"

// One V by every engine, however it is known.
namespace rmtheat::dynamics {
namespace {

constexpr std::uint64_t realization = 3;

SolverOptions options_of(Method method, CouplingStorage storage = CouplingStorage::sampled) {
  SolverOptions options;
  options.method = method;
  options.coupling = storage;
  options.tolerance = 1e-13;
  return options;
}

/// On one rank, or on all of them.
Trajectory propagate(const model::Experiment& experiment, const SolverOptions& options,
                     bool together) {
  const auto world = parallel::Environment::world();
  const auto alone = world.split(world.rank(), 0);
  return planning::make_engine(experiment, together ? world : alone, options)
      ->propagate(realization);
}

void expect_same(const Trajectory& found, const Trajectory& wanted) {
  for (const auto& field : wanted.curves.fields()) {
    EXPECT_THAT(found.curves.values(field),
                testing::Pointwise(testing::DoubleNear(1e-10), wanted.curves.values(field)))
        << field.name;
  }
}

/// The same V as sum_ij |i><j| (x) V_ij, with V_ij the block between levels i and j of system 1.
model::LawPointer as_given_operators(const model::Experiment& experiment) {
  const std::size_t n1 = experiment.systems[0].size;
  const std::size_t n2 = experiment.systems[1].size;
  const auto coupling = model::draw_coupling(experiment, realization);
  model::GivenOperators operators;
  operators.terms = n1 * n1;
  for (std::size_t i = 0; i < n1; ++i) {
    for (std::size_t j = 0; j < n1; ++j) {
      for (std::size_t element = 0; element < n1 * n1; ++element) {
        operators.factors[0].emplace_back(element == j * n1 + i ? 1.0 : 0.0);
      }
      for (std::size_t element = 0; element < n2 * n2; ++element) {
        operators.factors[1].push_back(
            coupling->element(i * n2 + element % n2, j * n2 + element / n2));
      }
    }
  }
  model::complete(operators);
  EXPECT_LT(model::hermiticity_defect(operators), 1e-15);
  return model::given_coupling(std::make_shared<const model::GivenOperators>(std::move(operators)));
}

TEST(Structures, OneCouplingIsOneTrajectoryHoweverItIsKnown) {
  for (const auto& law :
       {model::random_products(1), model::random_products(3),
        model::gaussian_band(model::Family::unitary, 1.0, model::Profile::gaussian),
        model::gaussian_band(model::Family::orthogonal, 0.7, model::Profile::lorentzian)}) {
    SCOPED_TRACE(law->name());
    const auto experiment = test::small_experiment(5, 4, law);
    auto given = experiment;
    given.coupling = as_given_operators(experiment);
    EXPECT_EQ(given.coupling->is_real(), law->is_real());
    for (const auto method : {Method::diagonalization, Method::lanczos}) {
      const auto stored = options_of(method, CouplingStorage::stored);
      const auto wanted = propagate(experiment, stored, false);
      EXPECT_GT(std::abs(wanted.curves.curve(model::fields::current_1, 0)[2]), 1e-4);
      expect_same(propagate(experiment, stored, true), wanted);
      expect_same(propagate(given, stored, true), wanted);
      expect_same(propagate(given, options_of(method), true), wanted);
      if (law->has_product()) {
        expect_same(propagate(experiment, options_of(method), true), wanted);
      }
    }
  }
}

}  // namespace
}  // namespace rmtheat::dynamics
