#include "rmtheat/model/observable/curves.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rmtheat/model/observable/standard.hpp"

namespace rmtheat::model {
namespace {

using testing::AllOf;
using testing::DoubleEq;
using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

void fill(Curves& curves, const Field& observable, const std::vector<double>& values) {
  const auto target = curves.add(observable);
  ASSERT_EQ(target.size(), values.size());
  std::copy(values.begin(), values.end(), target.begin());
}

TEST(Curves, AbsentUntilAdded) {
  Curves curves(2, 3);
  EXPECT_FALSE(curves.has(fields::energy_2));
  EXPECT_THROW(static_cast<void>(curves.values(fields::energy_2)), std::out_of_range);
  EXPECT_THROW(static_cast<void>(std::as_const(curves).curve(fields::energy_2, 0)),
               std::out_of_range);
  EXPECT_THAT(curves.add(fields::energy_2), AllOf(SizeIs(6), Each(0.0)));
  EXPECT_TRUE(curves.has(fields::energy_2));
  EXPECT_FALSE(curves.has(fields::energy_1));
}

TEST(Curves, AddingAgainKeepsTheValues) {
  Curves curves(1, 2);
  fill(curves, fields::current_1, {3.0, 4.0});
  EXPECT_THAT(curves.add(fields::current_1), ElementsAre(3.0, 4.0));
}

TEST(Curves, RowsAreTemperaturePairs) {
  Curves curves(2, 3);
  fill(curves, fields::energy_1, {1.0, 2.0, 3.0, 4.0, 5.0, 6.0});
  EXPECT_THAT(curves.curve(fields::energy_1, 0), ElementsAre(1.0, 2.0, 3.0));
  EXPECT_THAT(std::as_const(curves).curve(fields::energy_1, 1), ElementsAre(4.0, 5.0, 6.0));
  EXPECT_EQ(curves.pairs(), 2U);
  EXPECT_EQ(curves.times(), 3U);
}

TEST(Curves, FieldsAreInTheOrderOfAdding) {
  Curves curves(1, 1);
  curves.add(fields::conductance);
  curves.add(fields::energy_1);
  EXPECT_THAT(curves.fields(), ElementsAre(fields::conductance, fields::energy_1));
}

TEST(Curves, FieldsMayHaveAxesOfTheirOwn) {
  const Field populations{"populations", "1", "by level", {{"level", "1", "index", 3}}};
  Curves curves(2, 4);
  EXPECT_EQ(curves.add(populations).size(), 24U);
  EXPECT_EQ(curves.curve(populations, 1).data() - curves.values(populations).data(), 12);
  EXPECT_FALSE(populations.is_curve());
  EXPECT_TRUE(fields::energy_1.is_curve());
}

TEST(ObservableTable, HasDistinctNames) {
  std::set<std::string_view> names;
  for (const auto& row : observable_table()) {
    EXPECT_TRUE(names.insert(row.field.name).second) << row.field.name;
  }
}

Evolution evolution_of(std::array<std::vector<double>, 2> energy,
                       std::array<std::vector<double>, 2> rate, const Betas& betas) {
  Evolution evolution;
  evolution.betas = betas;
  evolution.energy = std::move(energy);
  evolution.rate = std::move(rate);
  return evolution;
}

TEST(Observe, ByHand) {
  std::vector<Evolution> evolutions = {
      evolution_of({{{10.0, 12.0}, {-1.0, 0.0}}}, {{{0.0, 3.0}, {0.0, 1.0}}}, {1.0, 0.5}),
      evolution_of({{{20.0, 19.0}, {-2.0, 2.0}}}, {{{0.0, -2.0}, {0.0, 5.0}}}, {2.0, -0.25})};
  for (auto& evolution : evolutions) {
    evolution.interaction = {0.0, 7.0};
  }
  const auto curves = observe(evolutions, 2, 0.25);
  EXPECT_THAT(curves.values(fields::energy_1), ElementsAre(10.0, 12.0, 20.0, 19.0));
  EXPECT_THAT(curves.values(fields::heat_current),
              ElementsAre(0.0, DoubleEq(0.75 * 3.0 - 0.25), 0.0, DoubleEq(-1.5 - 1.25)));
  EXPECT_THAT(curves.values(fields::work_power), ElementsAre(0.0, 4.0, 0.0, 3.0));
  EXPECT_THAT(curves.values(fields::entropy_production),
              ElementsAre(0.0, DoubleEq(2.0 + 0.5), 0.0, DoubleEq(-2.0 - 1.0)));
}

TEST(Observe, CurrentsAreTheirShareOfTheWorkAndTheHeat) {
  std::vector<Evolution> evolutions = {
      evolution_of({{{0.0}, {0.0}}}, {{{0.7}, {-0.2}}}, {1.0, 0.3})};
  evolutions[0].interaction = {0.0};
  constexpr double share = 0.3;
  const auto curves = observe(evolutions, 1, share);
  const double heat = curves.values(fields::heat_current)[0];
  const double power = curves.values(fields::work_power)[0];
  EXPECT_NEAR(share * power + heat, 0.7, 1e-15);
  EXPECT_NEAR((1.0 - share) * power - heat, -0.2, 1e-15);
}

TEST(Observe, WhatIsNotKnownIsAbsent) {
  std::vector<Evolution> evolutions = {
      evolution_of({{{0.0}, {0.0}}}, {{{0.7}, {-0.2}}}, {1.0, 0.3})};
  auto curves = observe(evolutions, 1, 0.5);
  EXPECT_TRUE(curves.has(fields::entropy_production));
  for (const auto& field : {fields::interaction_energy, fields::work_power, fields::conductance}) {
    EXPECT_FALSE(curves.has(field)) << field.name;
  }
  evolutions[0].betas.reset();
  evolutions[0].conductance = {1.0};
  curves = observe(evolutions, 1, 0.5);
  EXPECT_FALSE(curves.has(fields::entropy_production));
  EXPECT_TRUE(curves.has(fields::conductance));
}

}  // namespace
}  // namespace rmtheat::model
