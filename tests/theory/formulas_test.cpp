#include "rmtheat/theory/formulas.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "rmtheat/support/error.hpp"
#include "theory/settings.hpp"
#include "theory/structured_laws.hpp"

namespace rmtheat::theory {
namespace {

const Formula& formula(std::string_view name) {
  return *std::ranges::find(formulas(), name, &Formula::name);
}

bool finite(const Prediction& prediction) {
  for (const auto& field : prediction.curves.fields()) {
    for (const double value : prediction.curves.values(field)) {
      if (!std::isfinite(value)) {
        return false;
      }
    }
  }
  return true;
}

TEST(Formulas, LevelsArePredictedAtAnyTemperatureWidthAndTime) {
  std::mt19937_64 random(4);
  std::normal_distribution<double> normal;
  for (const double width : {0.01, 1.0, 100.0}) {
    for (const double beta : {-5.0, 0.5, 100.0}) {
      std::vector<double> first(3);
      std::vector<double> second(4);
      for (auto* system : {&first, &second}) {
        for (double& energy : *system) {
          energy = width * normal(random);
        }
      }
      auto setting = setting_of(levels(first), levels(second), 0.2, uniform_times(1000.0, 20));
      setting.betas = {{beta, 1.0}};
      for (const auto& [name, plan, predict, needs_continuum, corrected_by, correction_plan,
                        distributes] : formulas()) {
        if (needs_continuum) {
          EXPECT_FALSE(plan(setting).feasible());
          continue;
        }
        SCOPED_TRACE(testing::Message() << name << ", width " << width << ", beta " << beta);
        EXPECT_TRUE(plan(setting).feasible()) << plan(setting).obstacle;
        EXPECT_GT(plan(setting).operations, 0.0);
        const auto prediction = predict(setting);
        EXPECT_TRUE(finite(prediction));
        EXPECT_NEAR(prediction.curves.curve(fields::energy_1, 0)[0],
                    setting.systems[0]->mean_energy(beta), 1e-12 * width);
      }
    }
  }
}

TEST(Formulas, ColdContinuumStatesArePredicted) {
  auto setting = setting_of(model::gaussian_density(1.0, 0.0), model::uniform_density(0.8, 0.0),
                            0.1, uniform_times(2.0, 4));
  setting.betas = {{30.0, 100.0}};
  for (const auto& [name, plan, predict, needs_continuum, corrected_by, correction_plan,
                    distributes] : formulas()) {
    ASSERT_TRUE(plan(setting).feasible()) << plan(setting).obstacle;
    const auto prediction = predict(setting);
    EXPECT_TRUE(finite(prediction)) << name;
    EXPECT_NEAR(prediction.curves.curve(fields::energy_1, 0)[0], -30.0, 1e-9) << name;
    EXPECT_NEAR(prediction.curves.curve(fields::energy_2, 0)[0], -0.79, 1e-9) << name;
  }
}

TEST(Formulas, AllOrdersOfAColdContinuumAtLongTimesTakeSeconds) {
  const auto density = model::gaussian_density(1.0, 0.0);
  auto setting = setting_of(density, density, 0.1, uniform_times(1000.0, 20));
  setting.betas = {{60.0, 30.0}};
  const auto& row = formula("resummed");
  ASSERT_TRUE(row.plan(setting).feasible()) << row.plan(setting).obstacle;
  EXPECT_LT(row.plan(setting).seconds(), 5.0);
  EXPECT_TRUE(finite(row.predict(setting)));
}

TEST(Formulas, WhatCannotBeComputedIsSaidInASentence) {
  const auto density = model::uniform_density(100.0, 0.0);
  const auto wide = setting_of(density, density, 0.1, uniform_times(1000.0, 10));
  const auto plan = formula("nlo").plan(wide);
  EXPECT_FALSE(plan.feasible());
  EXPECT_EQ(plan.obstacle.back(), '.');
  auto forbidden = setting_of(model::gamma_density(2.0, 2.0), density, 0.1, {0.0, 1.0});
  forbidden.betas = {{-3.0, 1.0}};
  for (const auto& row : formulas()) {
    EXPECT_FALSE(row.plan(forbidden).feasible()) << row.name;
  }
}

TEST(Formulas, WithoutConductanceTheMeanTemperatureMayBeForbidden) {
  auto setting = setting_of(model::gamma_density(2.0, 2.0), model::gaussian_density(1.0, 0.0), 0.1,
                            uniform_times(3.0, 3));
  setting.betas = {{1.0, -3.0}};  // their mean is -1, which scale 2 does not admit
  for (const auto& [name, plan, predict, needs_continuum, corrected_by, correction_plan,
                    distributes] : formulas()) {
    setting.with_conductance = true;
    EXPECT_FALSE(plan(setting).feasible()) << name;
    setting.with_conductance = false;
    ASSERT_TRUE(plan(setting).feasible()) << plan(setting).obstacle;
    const auto prediction = predict(setting);
    EXPECT_FALSE(prediction.curves.has(fields::conductance)) << name;
    EXPECT_FALSE(prediction.attributes.contains("conductance_plateau")) << name;
    EXPECT_TRUE(prediction.curves.has(fields::heat_current)) << name;
  }
}

TEST(Formulas, WithoutConductanceTheRestStaysAsItIs) {
  auto setting =
      setting_of(levels({-1.0, 0.1, 1.2}), levels({-0.6, 0.5}), 0.3, uniform_times(4.0, 8));
  for (const auto& row : formulas()) {
    if (row.needs_continuum) {
      continue;
    }
    setting.with_conductance = true;
    const auto with = change(row.predict(setting), fields::energy_1);
    setting.with_conductance = false;
    EXPECT_EQ(change(row.predict(setting), fields::energy_1), with);
  }
}

TEST(Formulas, AreThoseOfTheCoupling) {
  const auto density = model::gaussian_density(1.0, 0.0);
  const auto system = quantile_levels(*density, 4);
  for (const bool continuum : {true, false}) {
    auto setting = continuum ? setting_of(density, density, 0.3, uniform_times(3.0, 6))
                             : setting_of(system, system, 0.3, uniform_times(3.0, 6));
    const auto current = [&](std::string_view name, const model::LawPointer& law) {
      setting.coupling = law;
      EXPECT_TRUE(formula(name).plan(setting).feasible());
      return change(formula(name).predict(setting), fields::current_1);
    };
    const auto full = model::gaussian_unitary();
    const auto products = std::make_shared<DescribedProducts>(1.0);
    const auto band = std::make_shared<DescribedBand>(DescribedBand::Shape::gaussian, 1.0);
    EXPECT_EQ(current("lo", products), current("lo", full));
    EXPECT_EQ(current("resummed", products), current("resummed", full));
    setting.coupling = products;  // compilers differ in which of the two above comes last
    EXPECT_FALSE(formula("resummed").predict(setting).description.empty());
    for (const std::string_view name : {"lo", "nlo", "resummed"}) {
      EXPECT_GT(largest_difference(current(name, band), current(name, full)), 1e-3) << name;
    }
    // The mixed part is of order 1/K.
    const auto planar = current("nlo", full);
    const double one = largest_difference(current("nlo", products), planar);
    const double four =
        largest_difference(current("nlo", std::make_shared<DescribedProducts>(4.0)), planar);
    EXPECT_GT(one, 1e-3);
    EXPECT_NEAR(four, 0.25 * one, 1e-12);
    if (continuum) {
      EXPECT_EQ(current("kinetic", products), current("kinetic", full));
      EXPECT_EQ(current("kinetic", band), current("kinetic", full));
    }
  }
}

TEST(Formulas, OfAGivenMatrix) {
  std::vector<std::complex<double>> elements(16);
  for (std::size_t a = 0; a < 4; ++a) {
    elements[a * 4 + (3 - a)] = 2.0;
  }
  const auto given = std::make_shared<DescribedMatrix>(elements);
  auto setting = setting_of(levels({-1.0, 0.5}), levels({-0.7, 0.7}), 0.3, {0.0, 1.0});
  setting.coupling = given;
  EXPECT_TRUE(formula("lo").plan(setting).feasible());
  for (const std::string_view name : {"nlo", "resummed", "kinetic"}) {
    EXPECT_EQ(formula(name).plan(setting).obstacle.back(), '.') << name;
  }
  const auto density = model::gaussian_density(1.0, 0.0);
  auto continuum = setting_of(density, density, 0.3, {0.0, 1.0});
  continuum.coupling = given;
  auto stronger = setting_of(density, density, 0.6, {0.0, 1.0});
  for (const auto& row : formulas()) {
    EXPECT_EQ(change(row.predict(continuum), fields::current_1),
              change(row.predict(stronger), fields::current_1))
        << row.name;
  }
}

TEST(Formulas, OfStructuresAreBounded) {
  const auto density = model::gaussian_density(1.0, 0.0);
  const auto system = quantile_levels(*density, 30);
  auto setting = setting_of(system, system, 0.1, uniform_times(10.0, 20));
  const std::vector<model::LawPointer> laws = {
      std::make_shared<DescribedProducts>(1.0),
      std::make_shared<DescribedBand>(DescribedBand::Shape::gaussian, 1.0)};
  for (const auto& law : laws) {
    setting.coupling = law;
    setting.times = uniform_times(10.0, 20);
    for (const std::string_view name : {"lo", "nlo", "resummed"}) {
      EXPECT_LT(formula(name).plan(setting).seconds(), 10.0) << name;
    }
    setting.times = uniform_times(5000.0, 20);
    EXPECT_EQ(formula("nlo").plan(setting).obstacle.back(), '.');
  }
}

}  // namespace
}  // namespace rmtheat::theory
