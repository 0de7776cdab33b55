#include "rmtheat/theory/early_time.hpp"

#include <gtest/gtest.h>

#include "rmtheat/theory/all_orders.hpp"
#include "rmtheat/theory/next_to_leading_order.hpp"
#include "theory/settings.hpp"

namespace rmtheat::theory {
namespace {

std::vector<Setting> settings() {
  return {
      setting_of(model::gaussian_density(1.0, 0.0), model::gaussian_density(1.0, 0.0), 0.5,
                 {0.0, 0.1, 0.2}),
      setting_of(model::gamma_density(2.0, 0.4), model::uniform_density(1.0, -0.3), 0.5,
                 {0.0, 0.1, 0.2}),
      setting_of(levels({-1.1, 0.2, 0.9}), levels({-0.6, -0.1, 0.5, 0.8}), 0.5, {0.0, 0.1, 0.2})};
}

/// (J - linear t - cubic t^3) / t^5 at both times, which differ by their next order alone.
void expect_remainder_of_fifth_order(const Setting& setting, const Prediction& prediction) {
  const auto early = early_time_currents(setting, 0);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto current = prediction.curves.curve(i == 0 ? fields::current_1 : fields::current_2, 0);
    std::array<double, 2> remainder{};
    for (std::size_t k = 0; k < 2; ++k) {
      const double t = setting.times[k + 1];
      const double series = early[i].linear * t + early[i].cubic * t * t * t;
      EXPECT_NEAR(current[k + 1], series, 0.01 * std::abs(series));
      remainder[k] = (current[k + 1] - series) / std::pow(t, 5);
    }
    EXPECT_NEAR(remainder[0], remainder[1], 0.15 * std::abs(remainder[1]) + 1e-6);
  }
}

TEST(EarlyTime, LeadingTermsOfTheNextToLeadingOrder) {
  for (const auto& setting : settings()) {
    expect_remainder_of_fifth_order(setting, next_to_leading_order(setting));
  }
}

TEST(EarlyTime, LeadingTermsOfAllOrders) {
  for (const auto& setting : settings()) {
    expect_remainder_of_fifth_order(setting, resummed(setting));
  }
}

TEST(EarlyTime, AttributesHoldThemForEachPair) {
  auto setting = settings().back();
  setting.betas = {{1.0, 0.3}, {-0.2, 2.0}};
  Prediction prediction;
  add_early_time(prediction, setting, total_energy(setting, 0.0));
  for (std::size_t pair = 0; pair < 2; ++pair) {
    const auto early = early_time_currents(setting, pair);
    EXPECT_EQ(prediction.attributes.at("early_linear_1").at(pair), early[0].linear);
    EXPECT_EQ(prediction.attributes.at("early_cubic_2").at(pair), early[1].cubic);
    EXPECT_NE(early[0].linear, early[1].linear);
  }
}

TEST(EarlyTime, TheHotSystemIsHeatedFirst) {
  const auto density = model::gaussian_density(1.0, 0.0);
  const auto setting = setting_of(density, density, 0.3, {0.0, 0.05, 5.0});
  const auto early = early_time_currents(setting, 0);
  EXPECT_GT(early[0].linear, early[1].linear) << "the cold system gains more";
  EXPECT_GT(early[1].linear, 0.0) << "and the hot one, system 2, gains too";
  for (const auto& prediction : {next_to_leading_order(setting), resummed(setting)}) {
    const auto current_2 = prediction.curves.curve(fields::current_2, 0);
    EXPECT_GT(current_2[1], 0.0);
    EXPECT_LT(current_2[2], 0.0) << "heat flows out of it later";
  }
}

}  // namespace
}  // namespace rmtheat::theory
