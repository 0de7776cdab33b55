#include "rmtheat/theory/kinetic.hpp"

#include <gtest/gtest.h>

#include "rmtheat/support/error.hpp"
#include "rmtheat/theory/all_orders.hpp"
#include "rmtheat/theory/leading_order.hpp"
#include "theory/settings.hpp"

namespace rmtheat::theory {
namespace {

TEST(Kinetic, StartsAtTheGoldenRulePlateau) {
  for (const auto& density : unit_densities()) {
    const auto setting = setting_of(density, density, 0.3, uniform_times(20.0, 10));
    const auto prediction = kinetic(setting);
    const auto golden_rule = leading_order(setting).attributes;
    EXPECT_NEAR(prediction.curves.curve(fields::heat_current, 0)[0],
                golden_rule.at("plateau").at(0), 1e-12);
    EXPECT_NEAR(prediction.curves.curve(fields::conductance, 0)[0],
                golden_rule.at("conductance_plateau").at(0), 1e-12);
    EXPECT_NEAR(prediction.curves.curve(fields::energy_1, 0)[0], density->mean_energy(1.0), 1e-11);
  }
}

TEST(Kinetic, ConservesTheEnergyOfThePairAndRelaxesAlikeSystemsToEqualEnergies) {
  const auto density = model::uniform_density(std::sqrt(3.0), 0.0);
  const auto prediction = kinetic(setting_of(density, density, 1.0, {0.0, 1.0, 1e5}));
  const auto energy_1 = prediction.curves.curve(fields::energy_1, 0);
  const auto energy_2 = prediction.curves.curve(fields::energy_2, 0);
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_NEAR(energy_1[k] + energy_2[k], energy_1[0] + energy_2[0], 1e-12);
  }
  EXPECT_LT(energy_1[0], energy_2[0] - 0.4);
  EXPECT_NEAR(energy_1[2], energy_2[2], 1e-7);
}

TEST(Kinetic, IsTheWeakCouplingLimitOfAllOrders) {
  const auto density = model::semicircle_density(2.0, 0.0);
  const auto deviation = [&](double strength) {
    const double end = 1.0 / (strength * strength);
    const auto setting = setting_of(density, density, strength, {0.0, 0.5 * end, end});
    return largest_difference(change(resummed(setting), fields::energy_1),
                              change(kinetic(setting), fields::energy_1));
  };
  const double strong = deviation(0.2);
  const double weak = deviation(0.1);
  EXPECT_LT(weak, 0.02);
  EXPECT_NEAR(strong / weak, 4.0, 0.8) << "corrections are of order lambda^2";
}

TEST(Kinetic, RefusesLevels) {
  const auto density = model::gaussian_density(1.0, 0.0);
  EXPECT_THROW(kinetic(setting_of(density, levels({0.0, 1.0}), 0.1, {0.0, 1.0})), InputError);
}

}  // namespace
}  // namespace rmtheat::theory
