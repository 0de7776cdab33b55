#include "rmtheat/theory/all_orders.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "rmtheat/theory/leading_order.hpp"
#include "rmtheat/theory/next_to_leading_order.hpp"
#include "theory/settings.hpp"

namespace rmtheat::theory {
namespace {

TEST(AllOrders, EightQuantileLevels) {
  // Reference values from Dyson's equation and the ladder integrated in real time.
  constexpr std::array expected = {0.7787518, 1.2916719, 1.6836616, 1.9847359, 2.2188082};
  const auto system = quantile_levels(*model::gaussian_density(1.0, 0.0), 8);
  const auto prediction = resummed(setting_of(system, system, 0.3, uniform_times(10.0, 5)));
  const auto energy = change(prediction, fields::energy_1);
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_NEAR(energy[k + 1] / 0.09, expected[k], 1e-7);
  }
}

/// Largest difference to LO + NLO in any energy or current.
double remainder(Setting setting, double strength) {
  setting.strength = strength;
  const auto full = resummed(setting);
  const auto expansion = next_to_leading_order(setting);
  double largest = 0.0;
  for (const auto& observable : {fields::energy_1, fields::energy_2, fields::interaction_energy,
                                 fields::current_1, fields::current_2}) {
    largest = std::max(largest,
                       largest_difference(change(full, observable), change(expansion, observable)));
  }
  return largest;
}

TEST(AllOrders, RemainderOfTheExpansionIsOfSixthOrder) {
  const std::vector<Setting> settings = {
      setting_of(model::gaussian_density(1.0, 0.0), model::gaussian_density(0.7, 0.5), 0.0,
                 uniform_times(4.0, 8)),
      setting_of(model::uniform_density(1.5, 0.0), model::semicircle_density(1.0, 0.2), 0.0,
                 uniform_times(4.0, 8)),
      setting_of(levels({-1.2, -0.1, 0.6, 1.4}), levels({-0.5, 0.2, 0.9}), 0.0,
                 uniform_times(4.0, 8)),
      setting_of(model::gamma_density(2.0, 0.5), levels({-1.0, 0.1, 0.8}), 0.0,
                 uniform_times(4.0, 8))};
  for (const auto& setting : settings) {
    const double at_strong = remainder(setting, 0.1);
    const double at_weak = remainder(setting, 0.05);
    EXPECT_GT(at_weak, 1e-10) << "above the numerical error";
    EXPECT_NEAR(std::log2(at_strong / at_weak), 6.0, 0.15);
  }
}

// Up to t = 5 by contours, and to t = 5000 from the real axis: the same curves at the same times.
TEST(AllOrders, LongTimesBeginAsShortOnes) {
  const auto times = uniform_times(5.0, 10);
  for (auto setting :
       {setting_of(model::gaussian_density(1.0, 0.0), model::gaussian_density(0.7, 0.5), 1.0,
                   times),
        setting_of(model::uniform_density(1.5, 0.0), model::semicircle_density(1.0, 0.2), 0.05,
                   times),
        setting_of(model::gamma_density(0.6, 0.5), model::gaussian_density(1.0, 0.0), 0.3, times),
        setting_of(model::uniform_density(1.5, 0.0), model::uniform_density(0.01, 0.0), 0.1,
                   times)}) {
    setting.with_statistics = true;
    const auto expected = resummed(setting);
    setting.times.push_back(5000.0);
    const auto found = resummed(setting);
    for (const auto& field : expected.curves.fields()) {
      const auto expected_curve = change(expected, field);
      auto found_curve = change(found, field);
      found_curve.pop_back();
      const double largest =
          largest_difference(expected_curve, std::vector<double>(expected_curve.size()));
      EXPECT_LT(largest_difference(found_curve, expected_curve), 1e-9 * largest + 1e-15)
          << field.name << ", lambda " << setting.strength;
    }
    EXPECT_LT(found.attributes.at("error_estimate").at(0), 1e-10);
  }
}

TEST(AllOrders, ConductanceRemainderIsOfSixthOrder) {
  const auto density = model::gaussian_density(1.0, 0.0);
  const auto remainder_at = [&](double strength) {
    const auto setting = setting_of(density, density, strength, uniform_times(4.0, 4));
    return largest_difference(change(resummed(setting), fields::conductance),
                              change(next_to_leading_order(setting), fields::conductance));
  };
  EXPECT_NEAR(std::log2(remainder_at(0.1) / remainder_at(0.05)), 6.0, 0.15);
}

TEST(AllOrders, ConservesEnergyAndProbabilityAndProducesEntropy) {
  const std::vector<std::pair<SpectrumPointer, SpectrumPointer>> systems = {
      {model::gaussian_density(1.0, 0.0), model::uniform_density(2.0, 1.0)},
      {model::semicircle_density(2.0, 0.0), levels({-0.4, 0.1, 0.8})},
      {model::gamma_density(2.0, 0.4), model::gamma_density(1.3, 0.3)},
      {levels({-1.0, 1.0}), levels({-1.0, 0.0, 1.0})}};
  for (const auto& [system_1, system_2] : systems) {
    for (const double strength : {0.1, 0.6, 2.0}) {
      auto setting = setting_of(system_1, system_2, strength, uniform_times(6.0, 12));
      setting.betas = {{1.0, 0.3}, {-0.5, 0.7}, {0.4, 0.4}};
      const auto prediction = resummed(setting);
      for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
        const auto energy_1 = change(prediction, fields::energy_1, pair);
        const auto energy_2 = change(prediction, fields::energy_2, pair);
        const auto interaction = prediction.curves.curve(fields::interaction_energy, pair);
        double interaction_scale = 0.0;
        for (std::size_t k = 0; k < energy_1.size(); ++k) {
          EXPECT_NEAR(energy_1[k] + energy_2[k] + interaction[k], 0.0, 1e-9);
          EXPECT_GT(prediction.curves.curve(fields::entropy_production, pair)[k], -1e-9);
          interaction_scale = std::max(interaction_scale, std::abs(interaction[k]));
        }
        EXPECT_GT(interaction_scale, 1e-4);
        EXPECT_LT(prediction.attributes.at("probability_conservation")[pair], 1e-9);
        EXPECT_LT(prediction.attributes.at("energy_conservation")[pair], 1e-9);
      }
    }
  }
}

TEST(AllOrders, CurrentsAreTheRatesOfTheEnergies) {
  const auto prediction =
      resummed(setting_of(model::gaussian_density(1.0, 0.0), model::gaussian_density(1.0, 0.0), 0.8,
                          uniform_times(5.0, 500)));
  const auto energy = prediction.curves.curve(fields::energy_2, 0);
  const auto current = prediction.curves.curve(fields::current_2, 0);
  for (std::size_t k = 2; k + 2 < energy.size(); k += 31) {
    const double rate =
        (8.0 * (energy[k + 1] - energy[k - 1]) - (energy[k + 2] - energy[k - 2])) / 0.12;
    EXPECT_NEAR(current[k], rate, 1e-7);
  }
}

TEST(AllOrders, StableAtStrongCouplingAndLongTimes) {
  const auto density = model::uniform_density(std::sqrt(3.0), 0.0);
  const auto prediction = resummed(setting_of(density, density, 2.0, uniform_times(100.0, 10)));
  EXPECT_LT(prediction.attributes.at("energy_conservation").at(0), 1e-9);
  EXPECT_LT(prediction.attributes.at("error_estimate").at(0), 1e-9);
  // Alike systems under a strong coupling: past the transient they share their energy equally.
  const auto energy_1 = prediction.curves.curve(fields::energy_1, 0);
  const auto energy_2 = prediction.curves.curve(fields::energy_2, 0);
  EXPECT_NEAR(energy_1[5], energy_2[5], 1e-4);
  EXPECT_NEAR(energy_1[10], energy_1[5], 1e-3);
  EXPECT_GT(std::abs(energy_1[0] - energy_2[0]), 0.4);
}

TEST(AllOrders, ErrorEstimateCoversTheDifferenceBetweenTimeWindows) {
  // Another last time means another contour for the same result.
  const auto density = model::semicircle_density(2.0, 0.0);
  const auto a = resummed(setting_of(density, density, 0.5, uniform_times(8.0, 8)));
  const auto b = resummed(setting_of(density, density, 0.5, uniform_times(16.0, 16)));
  const auto energy_a = change(a, fields::energy_1);
  auto energy_b = change(b, fields::energy_1);
  energy_b.resize(energy_a.size());
  const double estimate =
      a.attributes.at("error_estimate").at(0) + b.attributes.at("error_estimate").at(0);
  EXPECT_LE(largest_difference(energy_a, energy_b), 10.0 * estimate + 1e-13);
  EXPECT_LT(estimate, 1e-9);
}

TEST(AllOrders, ManyLevelsApproachTheContinuum) {
  const auto density = model::gaussian_density(1.0, 0.0);
  const auto times = uniform_times(5.0, 5);
  const auto continuum =
      change(resummed(setting_of(density, density, 0.4, times)), fields::energy_1);
  const auto distance = [&](std::size_t size) {
    const auto system = quantile_levels(*density, size);
    return largest_difference(
        change(resummed(setting_of(system, system, 0.4, times)), fields::energy_1), continuum);
  };
  const double at_50 = distance(50);
  const double at_200 = distance(200);
  EXPECT_LT(at_50, 0.02);
  EXPECT_LT(at_200, 0.4 * at_50);
}

TEST(AllOrders, NothingHappensWithoutCouplingOrTime) {
  const auto density = model::uniform_density(1.0, 0.0);
  const auto uncoupled = resummed(setting_of(density, density, 0.0, uniform_times(3.0, 3)));
  EXPECT_EQ(change(uncoupled, fields::energy_1), std::vector<double>(4, 0.0));
  const auto start = resummed(setting_of(density, density, 0.5, {0.0}));
  EXPECT_NEAR(start.curves.curve(fields::current_1, 0)[0], 0.0, 1e-11);
  EXPECT_NEAR(start.curves.curve(fields::interaction_energy, 0)[0], 0.0, 1e-11);
}

TEST(AllOrders, SingleLevelsHaveNoEnergyToExchange) {
  const auto prediction =
      resummed(setting_of(levels({0.5}), levels({-1.0, 1.0}), 0.5, uniform_times(4.0, 4)));
  for (const double value : change(prediction, fields::energy_1)) {
    EXPECT_NEAR(value, 0.0, 1e-12);
  }
  EXPECT_GT(change(prediction, fields::energy_2)[4], 0.01);
}

}  // namespace
}  // namespace rmtheat::theory
