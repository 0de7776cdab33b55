#include <stdexcept>

#include <gtest/gtest.h>

#include "rmtheat/support/error.hpp"
#include "rmtheat/theory/all_orders.hpp"
#include "rmtheat/theory/kinetic.hpp"
#include "rmtheat/theory/leading_order.hpp"
#include "rmtheat/theory/next_to_leading_order.hpp"
#include "theory/settings.hpp"

namespace rmtheat::theory {
namespace {

using PredictionFunction = Prediction (*)(const Setting&);

class EveryPrediction : public testing::TestWithParam<PredictionFunction> {
 protected:
  static Prediction predict(const Setting& setting) { return GetParam()(setting); }
};

INSTANTIATE_TEST_SUITE_P(Theory, EveryPrediction,
                         testing::Values(leading_order, next_to_leading_order, resummed, kinetic));

TEST_P(EveryPrediction, HasEveryObservableForEveryPairAndTime) {
  auto setting = setting_of(model::gaussian_density(1.0, 0.0), model::uniform_density(1.0, 0.0),
                            0.2, {0.0, 0.7, 1.1});
  setting.betas = {{1.0, 0.3}, {-0.5, 0.2}};
  setting.with_statistics = true;
  const auto prediction = predict(setting);
  EXPECT_EQ(prediction.curves.pairs(), 2U);
  EXPECT_EQ(prediction.curves.times(), 3U);
  // The kinetic limit has no interaction energy, and so no power and no work.
  const std::size_t unknown = GetParam() == kinetic ? 3 : 0;
  EXPECT_EQ(prediction.curves.fields().size(), model::observable_table().size() - unknown);
  for (const auto& [name, values] : prediction.attributes) {
    EXPECT_EQ(values.size(), 2U) << name;
  }
  EXPECT_NEAR(prediction.curves.curve(fields::energy_1, 1)[0],
              setting.systems[0]->mean_energy(-0.5), 1e-10);
}

TEST_P(EveryPrediction, TreatsBothSystemsAlike) {
  auto setting = setting_of(model::gamma_density(1.7, 0.5), model::uniform_density(1.0, 0.2), 0.3,
                            uniform_times(3.0, 6));
  setting.betas = {{-0.6, 0.9}};
  auto exchanged = setting_of(setting.systems[1], setting.systems[0], 0.3, setting.times);
  exchanged.betas = {{0.9, -0.6}};
  const auto prediction = predict(setting);
  const auto mirror = predict(exchanged);
  const auto energy = change(prediction, fields::energy_1);
  EXPECT_LT(largest_difference(energy, change(mirror, fields::energy_2)), 1e-10);
  EXPECT_GT(change(prediction, fields::energy_2).back(), 1e-3);
  const auto conductance = change(prediction, fields::conductance);
  EXPECT_LT(largest_difference(conductance, change(mirror, fields::conductance)), 1e-10);
}

TEST_P(EveryPrediction, DoesNotDependOnTheZeroOfEnergy) {
  const auto times = uniform_times(3.0, 6);
  const auto near = predict(
      setting_of(model::gaussian_density(1.0, 0.0), model::uniform_density(1.0, 0.0), 0.3, times));
  const auto far = predict(setting_of(model::gaussian_density(1.0, 20.0),
                                      model::uniform_density(1.0, -7.0), 0.3, times));
  for (const auto& observable :
       {fields::energy_1, fields::current_2, fields::heat_current, fields::conductance}) {
    EXPECT_LT(largest_difference(change(near, observable), change(far, observable)), 1e-9);
  }
}

TEST_P(EveryPrediction, RefusesATemperatureTheDensityForbids) {
  auto setting = setting_of(model::gaussian_density(1.0, 0.0), model::gamma_density(2.0, 0.5), 0.3,
                            {0.0, 1.0});
  setting.betas = {{1.0, 0.3}, {1.0, -2.0}};
  EXPECT_THROW(predict(setting), InputError);
}

TEST_P(EveryPrediction, RefusesAnIncompleteSetting) {
  const auto density = model::gaussian_density(1.0, 0.0);
  EXPECT_THROW(predict(setting_of(density, density, 0.1, {})), std::invalid_argument);
  EXPECT_THROW(predict(setting_of(density, density, 0.1, {0.5, 1.0})), std::invalid_argument);
  EXPECT_THROW(predict(setting_of(density, density, 0.1, {0.0, 1.0, 1.0})), std::invalid_argument);
  auto setting = setting_of(density, density, 0.1, {0.0, 1.0});
  setting.betas.clear();
  EXPECT_THROW(predict(setting), std::invalid_argument);
  setting = setting_of(density, density, 0.1, {0.0, 1.0});
  setting.systems[1] = nullptr;
  EXPECT_THROW(predict(setting), std::invalid_argument);
}

}  // namespace
}  // namespace rmtheat::theory
