#include "rmtheat/theory/leading_order.hpp"

#include <numbers>

#include <gtest/gtest.h>

#include "rmtheat/model/experiment.hpp"
#include "theory/settings.hpp"

namespace rmtheat::theory {
namespace {

TEST(LeadingOrder, GaussianClosedForm) {
  // J_Q' = lambda^2 (b1 - b2) e^(-2x^2) cos(Bx) is integrated by Simpson's rule in tiny steps.
  const auto density = model::gaussian_density(1.0, 0.0);
  const auto setting = setting_of(density, density, 0.7, uniform_times(5.0, 50));
  const auto prediction = leading_order(setting);
  const auto heat = prediction.curves.curve(fields::heat_current, 0);
  const auto power = prediction.curves.curve(fields::work_power, 0);
  const double order_2 = 0.49;
  const double sum_of_betas = 1.3;
  const auto kernel = [&](double x) {
    return order_2 * 0.7 * std::exp(-2.0 * x * x) * std::cos(sum_of_betas * x);
  };
  double integral = 0.0;
  for (std::size_t k = 1; k <= 50; ++k) {
    constexpr int panels = 40;
    const double start = setting.times[k - 1];
    const double h = (setting.times[k] - start) / panels;
    for (int panel = 0; panel < panels; ++panel) {
      const double x = start + panel * h;
      integral += h / 6.0 * (kernel(x) + 4.0 * kernel(x + 0.5 * h) + kernel(x + h));
    }
    const double t = setting.times[k];
    EXPECT_NEAR(heat[k], integral, 1e-11) << "t = " << t;
    EXPECT_NEAR(power[k], 2.0 * order_2 * std::exp(-2.0 * t * t) * std::sin(sum_of_betas * t),
                1e-14);
  }
}

TEST(LeadingOrder, PlateausOfTheFourDensities) {
  const std::array plateaus = {0.3551267, 0.383186, 0.379616, 0.289261};
  const std::array conductances = {0.2143443, 0.230728, 0.228533, 0.170969};
  const std::array tolerances = {5e-8, 5e-7, 5e-7, 5e-7};
  const auto densities = unit_densities();
  for (std::size_t k = 0; k < densities.size(); ++k) {
    const auto prediction =
        leading_order(setting_of(densities[k], densities[k], 1.0, uniform_times(60.0, 30)));
    const double plateau = prediction.attributes.at("plateau").at(0);
    const double conductance = prediction.attributes.at("conductance_plateau").at(0);
    EXPECT_NEAR(plateau, plateaus[k], tolerances[k]) << densities[k]->name();
    EXPECT_NEAR(conductance, conductances[k], tolerances[k]) << densities[k]->name();
    // The golden rule over total energies and the time integral of characteristic functions are
    // independent; the uniform density's sharp edges approach the plateau as t^-3.
    EXPECT_NEAR(prediction.curves.curve(fields::heat_current, 0).back(), plateau, 2e-6);
    EXPECT_NEAR(prediction.curves.curve(fields::conductance, 0).back(), conductance, 2e-6);
  }
}

TEST(LeadingOrder, PlateauOfGaussiansInClosedForm) {
  const auto density = model::gaussian_density(1.0, 0.0);
  auto setting = setting_of(density, density, 0.3, {0.0, 1.0});
  setting.betas = {{1.0, 0.3}, {2.0, -0.5}, {-1.0, 0.0}};
  const auto prediction = leading_order(setting);
  for (std::size_t pair = 0; pair < 3; ++pair) {
    const auto [b1, b2] = setting.betas[pair];
    const double mean = 0.5 * (b1 + b2);
    const double expected = 0.09 * std::sqrt(0.5 * std::numbers::pi) * 0.5 * (b1 - b2) *
                            std::exp(-(b1 + b2) * (b1 + b2) / 8.0);
    EXPECT_NEAR(prediction.attributes.at("plateau")[pair], expected, 1e-11);
    EXPECT_NEAR(
        prediction.attributes.at("conductance_plateau")[pair],
        0.09 * std::sqrt(std::numbers::pi / 8.0) * mean * mean * std::exp(-0.5 * mean * mean),
        1e-11);
  }
}

/// Second-order perturbation theory summed over pairs of product states.
struct PairSum {
  std::array<double, 2> energy_change{};
  std::array<double, 2> current{};
};

PairSum sum_over_pairs(const std::vector<double>& levels_1, const std::vector<double>& levels_2,
                       model::Betas betas, double strength, double time) {
  const auto weights_1 = model::thermal_weights(levels_1, betas[0]);
  const auto weights_2 = model::thermal_weights(levels_2, betas[1]);
  const std::size_t n2 = levels_2.size();
  const std::size_t dimension = levels_1.size() * n2;
  const double factor = strength * strength / static_cast<double>(dimension);
  PairSum sum;
  for (std::size_t a = 0; a < dimension; ++a) {
    for (std::size_t b = 0; b < dimension; ++b) {
      const double gain_1 = levels_1[b / n2] - levels_1[a / n2];
      const double gain_2 = levels_2[b % n2] - levels_2[a % n2];
      const double omega = gain_1 + gain_2;
      const double weight = factor * weights_1[a / n2] * weights_2[a % n2];
      const double half_sine = std::sin(0.5 * omega * time);
      const double probability =
          omega == 0.0 ? time * time : 4.0 * half_sine * half_sine / (omega * omega);
      const double rate = omega == 0.0 ? 2.0 * time : 2.0 * std::sin(omega * time) / omega;
      sum.energy_change[0] += weight * gain_1 * probability;
      sum.energy_change[1] += weight * gain_2 * probability;
      sum.current[0] += weight * gain_1 * rate;
      sum.current[1] += weight * gain_2 * rate;
    }
  }
  return sum;
}

TEST(LeadingOrder, EqualsTheSumOverStatesOfUnequalSystems) {
  const std::vector<double> levels_1 = {-2.1, -0.7, 0.2, 0.25, 1.9};
  const std::vector<double> levels_2 = {-0.4, 0.3, 1.1};
  auto setting = setting_of(levels(levels_1), levels(levels_2), 0.4,
                            {0.0, 1e-3, 0.013, 0.5, 0.77, 3.1, 10.0, 41.0});
  setting.betas = {{1.0, 0.3}, {-0.8, 0.0}, {40.0, 2.0}};
  const auto prediction = leading_order(setting);
  for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
    const auto energy_1 = change(prediction, fields::energy_1, pair);
    const auto energy_2 = change(prediction, fields::energy_2, pair);
    const auto interaction = prediction.curves.curve(fields::interaction_energy, pair);
    double error = 0.0;
    for (std::size_t k = 0; k < setting.times.size(); ++k) {
      const auto sum = sum_over_pairs(levels_1, levels_2, setting.betas[pair], setting.strength,
                                      setting.times[k]);
      const auto current_1 = prediction.curves.curve(fields::current_1, pair)[k];
      const auto current_2 = prediction.curves.curve(fields::current_2, pair)[k];
      EXPECT_NEAR(current_1, sum.current[0], 1e-10 * std::abs(sum.current[0]) + 1e-15);
      EXPECT_NEAR(current_2, sum.current[1], 1e-10 * std::abs(sum.current[1]) + 1e-15);
      EXPECT_NEAR(energy_1[k], sum.energy_change[0], 1e-11);
      EXPECT_NEAR(energy_2[k], sum.energy_change[1], 1e-11);
      EXPECT_NEAR(interaction[k], -sum.energy_change[0] - sum.energy_change[1], 1e-11);
      error = std::max(error, std::abs(current_1 - sum.current[0]));
    }
    const double estimate = prediction.attributes.at("error_estimate")[pair];
    EXPECT_LT(error, estimate + 1e-14) << "the estimate bounds the error";
    EXPECT_LT(estimate, 1e-7) << "and is not idle";
  }
}

TEST(LeadingOrder, ConductanceIsTheDerivativeOfTheHeatCurrent) {
  auto setting = setting_of(model::gaussian_density(0.8, 0.3), model::gamma_density(1.5, 0.7), 0.5,
                            uniform_times(4.0, 8));
  constexpr double delta = 5e-4;
  setting.betas = {{0.6, 0.6}, {0.6 + delta, 0.6 - delta}, {0.6 - delta, 0.6 + delta}};
  const auto prediction = leading_order(setting);
  for (std::size_t k = 0; k < setting.times.size(); ++k) {
    const double difference = (prediction.curves.curve(fields::heat_current, 1)[k] -
                               prediction.curves.curve(fields::heat_current, 2)[k]) /
                              (4.0 * delta);
    EXPECT_NEAR(prediction.curves.curve(fields::conductance, 0)[k], 0.36 * difference, 1e-7);
  }
}

TEST(LeadingOrder, NoHeatAtEqualTemperaturesBetweenUnequalGaussians) {
  auto setting = setting_of(model::gaussian_density(0.6, 1.0), model::gaussian_density(1.7, -2.0),
                            0.5, uniform_times(6.0, 24));
  setting.betas = {{0.9, 0.9}};
  const auto prediction = leading_order(setting);
  double largest_power = 0.0;
  for (std::size_t k = 0; k < setting.times.size(); ++k) {
    EXPECT_NEAR(prediction.curves.curve(fields::heat_current, 0)[k], 0.0, 1e-13);
    largest_power = std::max(largest_power, prediction.curves.curve(fields::work_power, 0)[k]);
  }
  EXPECT_GT(largest_power, 0.1) << "work is done all the same";
  setting.work_share = 0.5;
  const auto naive = leading_order(setting);
  EXPECT_GT(std::abs(naive.curves.curve(fields::heat_current, 0)[2]), 0.01)
      << "an equal share of the work would show spurious heat";
}

TEST(LeadingOrder, HeatFlowsFromHotToColdAtAllTimes) {
  auto setting = setting_of(model::gaussian_density(0.6, 0.0), model::gaussian_density(1.7, 0.0),
                            0.5, uniform_times(6.0, 60));
  setting.betas = {{1.2, 0.2}, {0.2, 1.2}};
  const auto prediction = leading_order(setting);
  for (std::size_t pair = 0; pair < 2; ++pair) {
    const auto heat = prediction.curves.curve(fields::heat_current, pair);
    const double sign = pair == 0 ? 1.0 : -1.0;
    double transferred = 0.0;
    for (std::size_t k = 1; k < heat.size(); ++k) {
      transferred += sign * heat[k];
      EXPECT_GT(transferred, 0.0);
    }
  }
}

TEST(LeadingOrder, InfiniteTemperatureIsStationary) {
  auto setting = setting_of(model::uniform_density(1.0, 0.5), model::gamma_density(2.0, 1.0), 0.5,
                            uniform_times(5.0, 10));
  setting.betas = {{0.0, 0.0}};
  const auto prediction = leading_order(setting);
  for (const auto& field : prediction.curves.fields()) {
    for (const double value : change(prediction, field)) {
      EXPECT_NEAR(value, 0.0, 1e-13) << field.name;
    }
  }
}

TEST(LeadingOrder, DoesNotDependOnWhereTimesLie) {
  const auto density = model::semicircle_density(2.0, 0.0);
  const auto even = leading_order(setting_of(density, density, 0.4, uniform_times(7.3, 11)));
  auto uneven_times = uniform_times(7.3, 11);
  uneven_times.insert(uneven_times.begin() + 4, {2.11, 2.1100001, 2.4});
  const auto uneven = leading_order(setting_of(density, density, 0.4, uneven_times));
  for (const std::size_t k : {0U, 1U, 2U, 3U}) {
    EXPECT_NEAR(even.curves.curve(fields::current_2, 0)[k],
                uneven.curves.curve(fields::current_2, 0)[k], 1e-12);
  }
  for (std::size_t k = 4; k <= 11; ++k) {
    EXPECT_NEAR(even.curves.curve(fields::current_2, 0)[k],
                uneven.curves.curve(fields::current_2, 0)[k + 3], 1e-12);
  }
}

}  // namespace
}  // namespace rmtheat::theory
