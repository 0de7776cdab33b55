#include "rmtheat/theory/finite_size.hpp"

#include <gtest/gtest.h>

#include "rmtheat/model/coupling/gaussian.hpp"
#include "rmtheat/model/observable/second_moments.hpp"
#include "rmtheat/theory/all_orders.hpp"
#include "rmtheat/theory/leading_order.hpp"
#include "rmtheat/theory/next_to_leading_order.hpp"
#include "theory/fourth_order.hpp"
#include "theory/settings.hpp"

namespace rmtheat::theory {
namespace {

Prediction corrected(const Setting& setting, std::size_t dimension) {
  auto prediction = next_to_leading_order(setting);
  add_finite_size_correction(prediction, setting, *model::gaussian_orthogonal(), dimension,
                             leading_order);
  return prediction;
}

// NLO with the correction, less LO, is the fourth order of perturbation theory summed over all
// states and Wick pairings.
TEST(FiniteSize, MakesTheFourthOrderOfGoeExact) {
  const std::vector<std::pair<std::vector<double>, std::vector<double>>> systems = {
      {{-1.0, 0.2}, {-0.8, 0.9}}, {{-1.0, 0.2}, {-0.8, 0.1, 0.9}}};
  for (const auto& [levels_1, levels_2] : systems) {
    auto setting = setting_of(levels(levels_1), levels(levels_2), 1.0, {0.0, 1.1, 4.0});
    setting.betas = {{1.0, -0.2}};
    const auto full = corrected(setting, levels_1.size() * levels_2.size());
    const auto planar = next_to_leading_order(setting);
    const auto leading = leading_order(setting);
    for (std::size_t i = 0; i < 2; ++i) {
      const auto& field = fields::energies.at(i);
      const auto energy = change(full, field);
      const auto without = change(planar, field);
      const auto second = change(leading, field);
      for (std::size_t k = 1; k < setting.times.size(); ++k) {
        const auto exact = FourthOrder(levels_1, levels_2, setting.betas[0], setting.times[k])
                               .orthogonal_average();
        EXPECT_NEAR(energy[k] - second[k], exact.at(i), 1e-8);
        EXPECT_GT(std::abs(without[k] - energy[k]), 1e-3);
      }
    }
  }
}

TEST(FiniteSize, EveryObservableFollowsFromTheCurrents) {
  const auto density = model::gaussian_density(1.0, 0.0);
  const double strength = 0.4;
  auto setting = setting_of(quantile_levels(*density, 4), quantile_levels(*density, 5), strength,
                            uniform_times(5.0, 500));
  setting.with_statistics = true;
  auto prediction = resummed(setting);
  const auto before = prediction;
  add_finite_size_correction(prediction, setting, *model::gaussian_orthogonal(), 20, resummed);
  double largest = 0.0;
  for (std::size_t k = 0; k < setting.times.size(); ++k) {
    const double time = setting.times[k];
    const double factor = 1.0 - strength * strength * time * time / 20.0;
    for (const auto& field : {fields::current_1, fields::current_2, fields::heat_current,
                              fields::work_power, fields::conductance}) {
      EXPECT_NEAR(prediction.curves.curve(field, 0)[k], factor * before.curves.curve(field, 0)[k],
                  1e-10)
          << field.name << " at " << time;
    }
    largest = std::max(largest, std::abs(prediction.curves.curve(fields::heat_current, 0)[k] -
                                         before.curves.curve(fields::heat_current, 0)[k]));
  }
  EXPECT_NEAR(prediction.attributes.at("finite_size_correction").at(0), largest, 1e-12);
  const auto energy_1 = prediction.curves.curve(fields::energy_1, 0);
  const auto energy_2 = prediction.curves.curve(fields::energy_2, 0);
  const auto interaction = prediction.curves.curve(fields::interaction_energy, 0);
  const auto entropy = prediction.curves.curve(fields::entropy_production, 0);
  for (std::size_t k = 1; k + 1 < setting.times.size(); k += 7) {
    EXPECT_NEAR((energy_1[k + 1] - energy_1[k - 1]) / 0.02,
                prediction.curves.curve(fields::current_1, 0)[k], 2e-4);
    const double change_1 = energy_1[k] - energy_1[0];
    const double change_2 = energy_2[k] - energy_2[0];
    EXPECT_NEAR(change_1 + change_2 + interaction[k], 0.0, 1e-9);
    EXPECT_NEAR(entropy[k], change_1 + 0.3 * change_2, 1e-12);
    const auto& moment = fields::entropy_second_moment;
    const auto slope = [&](const Prediction& of) {
      const auto curve = of.curves.curve(moment, 0);
      return (curve[k + 1] - curve[k - 1]) / 0.02;
    };
    const double x = finite_size_parameter(strength, setting.times[k], 20);
    EXPECT_NEAR(slope(prediction), (1.0 - x) * slope(before), 2e-4);
    EXPECT_GT(k < 100 ? 1.0 : std::abs(x * slope(before)), 1e-3);
  }
}

TEST(FiniteSize, GoeWithoutConductance) {
  const auto density = model::gaussian_density(1.0, 0.0);
  auto setting = setting_of(quantile_levels(*density, 4), quantile_levels(*density, 5), 0.4,
                            uniform_times(5.0, 20));
  auto with = resummed(setting);
  add_finite_size_correction(with, setting, *model::gaussian_orthogonal(), 20, resummed);
  setting.with_conductance = false;
  auto without = resummed(setting);
  add_finite_size_correction(without, setting, *model::gaussian_orthogonal(), 20, resummed);
  EXPECT_FALSE(without.curves.has(fields::conductance));
  for (std::size_t k = 0; k < setting.times.size(); ++k) {
    EXPECT_NEAR(without.curves.curve(fields::heat_current, 0)[k],
                with.curves.curve(fields::heat_current, 0)[k], 1e-10);
  }
}

// Of a constant rate 2 and its integral: x grows as t^2, x^2 t integrates to a fifth.
TEST(FiniteSize, LeftOutOfRatesAndIntegrals) {
  model::Curves curves(1, 11);
  std::vector<double> times;
  const auto rate = curves.add(fields::current_1);
  for (std::size_t k = 0; k < 11; ++k) {
    times.push_back(static_cast<double>(k));
    rate[k] = k == 0 ? 0.0 : 2.0;
  }
  const auto energy = curves.add(fields::energy_1);
  for (std::size_t k = 0; k < 11; ++k) {
    energy[k] = 5.0 + 2.0 * times[k];
  }
  for (const auto& [law, weight] : {std::pair{model::gaussian_unitary(), 1.0 / 8.0},
                                    std::pair{model::gaussian_orthogonal(), 3.0 / 8.0}}) {
    const auto left_out = finite_size_left_out(curves, times, 0.3, *law, 50);
    const double x = 0.09 * 64.0 / 50.0;
    EXPECT_NEAR(left_out.at(fields::current_1)[8], weight * x * x * 2.0, 1e-12);
    EXPECT_NEAR(left_out.at(fields::energy_1)[8], weight * x * x * 2.0 * 8.0 / 5.0, 1e-12);
    EXPECT_EQ(left_out.at(fields::energy_1)[0], 0.0);
  }
}

TEST(FiniteSize, NothingForGue) {
  const auto density = model::gaussian_density(1.0, 0.0);
  const auto spectrum = quantile_levels(*density, 4);
  const auto setting = setting_of(spectrum, spectrum, 0.3, {0.0, 2.0, 5.0});
  auto prediction = next_to_leading_order(setting);
  add_finite_size_correction(prediction, setting, *model::gaussian_unitary(), 16, leading_order);
  EXPECT_EQ(change(prediction, fields::energy_1),
            change(next_to_leading_order(setting), fields::energy_1));
  EXPECT_FALSE(prediction.attributes.contains("finite_size_correction"));
}

}  // namespace
}  // namespace rmtheat::theory
