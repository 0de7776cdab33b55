#include "rmtheat/theory/bands.hpp"

#include <cmath>
#include <numbers>

#include <boost/math/special_functions/bessel.hpp>
#include <gtest/gtest.h>

#include "ladder.hpp"
#include "rmtheat/model/observable/second_moments.hpp"
#include "rmtheat/theory/all_orders.hpp"
#include "rmtheat/theory/fourier.hpp"
#include "rmtheat/theory/leading_order.hpp"
#include "rmtheat/theory/next_to_leading_order.hpp"
#include "rmtheat/theory/total_energy.hpp"
#include "theory/settings.hpp"

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;

TEST(Bands, OneLevelHasASemicircle) {
  const std::vector<double> level = {3.0};
  const std::vector<double> weight = {1.0};
  const auto bands = bands_of(level, weight, 0.04);
  ASSERT_EQ(bands.size(), 1U);
  EXPECT_NEAR(bands[0].low, -0.4, 1e-15);
  EXPECT_NEAR(bands[0].high, 0.4, 1e-15);
  // zeta = (x + i sqrt(4 lambda^2 - x^2)) / 2
  const auto zeta = zeta_in_band(bands[0], level, weight, 0.04, 20);
  for (std::size_t j = 0; j < zeta.size(); ++j) {
    const double theta = std::numbers::pi * (static_cast<double>(j) + 0.5) / 20.0;
    EXPECT_NEAR(std::abs(zeta[j] - 0.2 * Complex(-std::cos(theta), std::sin(theta))), 0.0, 1e-15);
  }
}

TEST(Bands, PartWhereTheCouplingIsWeakAndMergeWhereItIsStrong) {
  const std::vector<double> energies = {-1.0, -0.99, 0.2, 1.3};
  const std::vector<double> weights = {0.25, 0.25, 0.25, 0.25};
  EXPECT_EQ(bands_of(energies, weights, 1e-8).size(), 4U);
  EXPECT_EQ(bands_of(energies, weights, 1e-3).size(), 3U);
  EXPECT_EQ(bands_of(energies, weights, 4.0).size(), 1U);
  for (const double order_2 : {1e-12, 1e-3, 0.05, 4.0}) {
    for (const auto& band : bands_of(energies, weights, order_2)) {
      const auto zeta = zeta_in_band(band, energies, weights, order_2, 33);
      for (std::size_t j = 0; j < zeta.size(); ++j) {
        Complex sum = zeta[j];
        for (std::size_t k = 0; k < energies.size(); ++k) {
          sum += order_2 * weights[k] / (zeta[j] - (energies[k] - band.origin));
        }
        const double theta = std::numbers::pi * (static_cast<double>(j) + 0.5) / 33.0;
        const double x = band.centre() - band.half_width() * std::cos(theta);
        EXPECT_GT(zeta[j].imag(), 0.0);
        EXPECT_NEAR(std::abs(sum - x), 0.0, 1e-14 * (std::abs(band.low) + std::abs(band.high)));
      }
    }
  }
}

TEST(Bessel, AgreesWithBoost) {
  for (const double x : {0.0, 1e-9, 0.7, 19.0, 33.0, 900.0}) {
    const auto values = bessel_functions(30, x);
    for (std::size_t k = 0; k < values.size(); ++k) {
      EXPECT_NEAR(values[k], boost::math::cyl_bessel_j(static_cast<int>(k), x), 1e-14)
          << "J_" << k << "(" << x << ")";
    }
  }
}

TEST(BandWeights, TransformASmoothFunctionAtAnyTime) {
  // phi = 1 + cos(2 theta): pi (J_0 - J_2).
  for (const double tau : {0.0, 3.0, 40.0, 5000.0}) {
    const auto weights = BandWeights(40)(tau);
    Complex sum = 0.0;
    for (std::size_t j = 0; j < weights.size(); ++j) {
      const double theta = std::numbers::pi * (static_cast<double>(j) + 0.5) / 40.0;
      sum += weights[j] * (1.0 + std::cos(2.0 * theta));
    }
    const double expected =
        std::numbers::pi * (boost::math::cyl_bessel_j(0, tau) - boost::math::cyl_bessel_j(2, tau));
    EXPECT_NEAR(std::abs(sum - expected), 0.0, 1e-13) << "tau = " << tau;
  }
}

TEST(MidpointCosineSums, AreTheSumsForAnyNumber) {
  for (const std::size_t n : {1U, 2U, 37U, 400U}) {
    std::vector<double> coefficients;
    for (std::size_t m = 0; m < n; ++m) {
      coefficients.push_back(std::cos(0.7 * static_cast<double>(m * m)));
    }
    const MidpointCosineSums of_cosines(n);
    const auto sums = of_cosines(coefficients);
    const auto transposed = of_cosines.transposed(coefficients);
    ASSERT_EQ(sums.size(), n);
    const auto cosine = [n](std::size_t m, std::size_t j) {
      return std::cos(std::numbers::pi * static_cast<double>(m * (2 * j + 1)) /
                      (2.0 * static_cast<double>(n)));
    };
    for (std::size_t j = 0; j < n; ++j) {
      double sum = 0.0;
      double transposed_sum = 0.0;
      for (std::size_t m = 0; m < n; ++m) {
        sum += coefficients[m] * cosine(m, j);
        transposed_sum += coefficients[m] * cosine(j, m);
      }
      EXPECT_NEAR(sums[j], sum, 2e-14 * static_cast<double>(n)) << n << ", " << j;
      EXPECT_NEAR(transposed[j], transposed_sum, 2e-14 * static_cast<double>(n)) << n << ", " << j;
    }
  }
}

TEST(FourierConvolution, IsTheSum) {
  std::vector<Complex> x;
  std::vector<Complex> y;
  for (int k = 0; k < 37; ++k) {
    x.push_back(std::polar(1.0 + 0.1 * k, 0.3 * k));
    y.push_back(std::polar(2.0 - 0.05 * k, -1.1 * k * k));
  }
  const auto result = fourier_convolution(x, y, 35);
  ASSERT_EQ(result.size(), 35U);
  for (std::size_t n = 0; n < result.size(); ++n) {
    Complex sum = 0.0;
    for (std::size_t j = 0; j <= n; ++j) {
      sum += x[j] * y[n - j];
    }
    EXPECT_NEAR(std::abs(result[n] - sum), 0.0, 1e-12);
  }
}

/// Levels of which two nearly agree.
Setting some_levels(double strength, double end) {
  auto setting = setting_of(levels({-1.3, -0.2, 0.4, 1.1}), levels({-0.9, 0.1, 0.100002, 0.8}),
                            strength, uniform_times(end, 15));
  setting.betas = {{1.0, 0.3}, {-0.4, 6.0}};
  return setting;
}

void expect_equal(const Ladder& ladder, const Prediction& prediction, std::size_t pair,
                  double tolerance) {
  const auto compare = [&](const std::vector<double>& a, const model::Field& field, bool shifted) {
    const auto curve = prediction.curves.curve(field, pair);
    double scale = 0.0;
    for (std::size_t k = 0; k < curve.size(); ++k) {
      scale = std::max(scale, std::abs(curve[k] - (shifted ? curve[0] : 0.0)));
    }
    EXPECT_GT(scale, 0.0);
    for (std::size_t k = 0; k < curve.size(); ++k) {
      EXPECT_NEAR(a[k], curve[k] - (shifted ? curve[0] : 0.0), tolerance * scale) << field.name;
    }
  };
  for (std::size_t i = 0; i < 2; ++i) {
    compare(ladder.change[i], fields::energies[i], true);
    compare(ladder.rate[i], fields::currents[i], false);
  }
  compare(ladder.interaction, fields::interaction_energy, false);
  compare(ladder.conductance, fields::conductance, false);
  if (prediction.curves.has(fields::heat_second_moment)) {
    const auto& [first, mixed, second] = ladder.second_moments;
    std::vector<double> work(first.size());
    for (std::size_t k = 0; k < work.size(); ++k) {
      work[k] = first[k] + 2.0 * mixed[k] + second[k];
    }
    compare(work, fields::work_second_moment, false);
  }
}

TEST(LadderInBands, AgreesWithContours) {
  for (const double strength : {0.02, 0.3, 2.0}) {
    auto setting = some_levels(strength, 12.0);
    setting.with_statistics = true;
    const auto prediction = resummed(setting);  // little enough for contours
    const auto ladders = ladder_in_bands(setting, total_energy(setting, 12.0));
    ASSERT_EQ(ladders.size(), 2U);
    for (std::size_t pair = 0; pair < 2; ++pair) {
      EXPECT_LT(ladders[pair].error, 1e-11);
      EXPECT_LT(ladders[pair].probability_error, 1e-12);
      expect_equal(ladders[pair], prediction, pair, 1e-9);
    }
  }
}

TEST(LadderInBands, ConservesEnergyAtLateTimes) {
  const auto setting = some_levels(0.3, 400.0);
  for (const auto& ladder : ladder_in_bands(setting, total_energy(setting, 400.0))) {
    for (std::size_t k = 0; k < ladder.interaction.size(); ++k) {
      EXPECT_NEAR(ladder.change[0][k] + ladder.change[1][k] + ladder.interaction[k], 0.0, 1e-11);
    }
    EXPECT_GT(std::abs(ladder.change[0].back()), 1e-3);
  }
}

TEST(ExpansionInBands, IsTheFirstAndTheSecondOrder) {
  auto setting = some_levels(0.3, 12.0);
  setting.with_statistics = true;
  const auto total = total_energy(setting, 12.0);
  const auto first = expansion_in_bands(setting, total, 1);
  const auto both = expansion_in_bands(setting, total, 2);
  const auto leading = leading_order(setting);
  const auto next = next_to_leading_order(setting);
  for (std::size_t pair = 0; pair < 2; ++pair) {
    expect_equal(first[pair], leading, pair, 5e-9);
    expect_equal(both[pair], next, pair, 1e-8);
  }
}

}  // namespace
}  // namespace rmtheat::theory
