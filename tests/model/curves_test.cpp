#include "rmtheat/model/curves.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rmtheat::model {
namespace {

using testing::AllOf;
using testing::DoubleEq;
using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

void fill(Curves& curves, Observable observable, const std::vector<double>& values) {
  const auto target = curves.add(observable);
  ASSERT_EQ(target.size(), values.size());
  std::copy(values.begin(), values.end(), target.begin());
}

TEST(Curves, AbsentUntilAdded) {
  Curves curves(2, 3);
  EXPECT_FALSE(curves.has(Observable::energy_2));
  EXPECT_THROW(static_cast<void>(curves.values(Observable::energy_2)), std::out_of_range);
  EXPECT_THROW(static_cast<void>(std::as_const(curves).curve(Observable::energy_2, 0)),
               std::out_of_range);
  EXPECT_THAT(curves.add(Observable::energy_2), AllOf(SizeIs(6), Each(0.0)));
  EXPECT_TRUE(curves.has(Observable::energy_2));
  EXPECT_FALSE(curves.has(Observable::energy_1));
}

TEST(Curves, AddingAgainKeepsTheValues) {
  Curves curves(1, 2);
  fill(curves, Observable::current_1, {3.0, 4.0});
  EXPECT_THAT(curves.add(Observable::current_1), ElementsAre(3.0, 4.0));
}

TEST(Curves, RowsAreTemperaturePairs) {
  Curves curves(2, 3);
  fill(curves, Observable::energy_1, {1.0, 2.0, 3.0, 4.0, 5.0, 6.0});
  EXPECT_THAT(curves.curve(Observable::energy_1, 0), ElementsAre(1.0, 2.0, 3.0));
  EXPECT_THAT(std::as_const(curves).curve(Observable::energy_1, 1), ElementsAre(4.0, 5.0, 6.0));
  EXPECT_EQ(curves.pairs(), 2U);
  EXPECT_EQ(curves.times(), 3U);
}

TEST(Curves, PresentListsInTheOrderOfTheEnumeration) {
  Curves curves(1, 1);
  curves.add(Observable::conductance);
  curves.add(Observable::energy_1);
  EXPECT_THAT(curves.present(), ElementsAre(Observable::energy_1, Observable::conductance));
}

TEST(ObservableTable, FollowsTheEnumerationWithDistinctNames) {
  std::set<std::string_view> names;
  for (std::size_t k = 0; k < observable_count; ++k) {
    EXPECT_EQ(static_cast<std::size_t>(observable_table[k].observable), k);
    names.insert(observable_table[k].name);
  }
  EXPECT_EQ(names.size(), observable_count);
  EXPECT_EQ(info(Observable::heat_current).name, "heat_current");
}

TEST(DeriveHeatAndWork, ByHand) {
  Curves curves(2, 2);
  fill(curves, Observable::current_1, {0.0, 3.0, 0.0, -2.0});
  fill(curves, Observable::current_2, {0.0, 1.0, 0.0, 5.0});
  fill(curves, Observable::energy_1, {10.0, 12.0, 20.0, 19.0});
  fill(curves, Observable::energy_2, {-1.0, 0.0, -2.0, 2.0});
  const std::vector<TemperaturePair> temperatures = {{1.0, 0.5}, {2.0, -0.25}};
  derive_heat_and_work(curves, temperatures, 0.25);
  EXPECT_THAT(curves.values(Observable::heat_current),
              ElementsAre(0.0, DoubleEq(0.75 * 3.0 - 0.25), 0.0, DoubleEq(-1.5 - 1.25)));
  EXPECT_THAT(curves.values(Observable::work_power), ElementsAre(0.0, 4.0, 0.0, 3.0));
  EXPECT_THAT(curves.values(Observable::entropy_production),
              ElementsAre(0.0, DoubleEq(2.0 + 0.5), 0.0, DoubleEq(-2.0 - 1.0)));
}

TEST(DeriveHeatAndWork, CurrentsAreTheirShareOfTheWorkAndTheHeat) {
  Curves curves(1, 1);
  fill(curves, Observable::current_1, {0.7});
  fill(curves, Observable::current_2, {-0.2});
  fill(curves, Observable::energy_1, {0.0});
  fill(curves, Observable::energy_2, {0.0});
  constexpr double share = 0.3;
  derive_heat_and_work(curves, std::vector<TemperaturePair>{{1.0, 0.3}}, share);
  const double heat = curves.values(Observable::heat_current)[0];
  const double power = curves.values(Observable::work_power)[0];
  EXPECT_NEAR(share * power + heat, 0.7, 1e-15);
  EXPECT_NEAR((1.0 - share) * power - heat, -0.2, 1e-15);
}

TEST(DeriveHeatAndWork, NeedsEnergiesAndCurrents) {
  Curves curves(1, 1);
  curves.add(Observable::current_1);
  EXPECT_THROW(derive_heat_and_work(curves, std::vector<TemperaturePair>{{1.0, 0.3}}, 0.5),
               std::out_of_range);
}

}  // namespace
}  // namespace rmtheat::model
