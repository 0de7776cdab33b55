#include "rmtheat/model/density/density.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <boost/math/quadrature/tanh_sinh.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/densities.hpp"

namespace rmtheat::model {
namespace {

class Density : public testing::TestWithParam<test::DensityCase> {
 protected:
  const DensityOfStates& density = *GetParam().density;
  const double sigma = std::sqrt(density.variance());

  /// Bounds beyond which no more than about 1e-20 of the density lies.
  [[nodiscard]] std::pair<double, double> bounds() const {
    const auto [low, high] = density.support();
    return {std::max(low, density.mean() - 10.0 * sigma),
            std::min(high, density.mean() + 40.0 * sigma)};
  }
};

TEST_P(Density, PdfIntegratesToCdf) {
  boost::math::quadrature::tanh_sinh<double> integrator;
  const auto [low, high] = bounds();
  const auto pdf = [this](double energy) { return density.pdf(energy); };
  for (const double fraction : {0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8}) {
    const double energy = low + fraction * (high - low);
    EXPECT_NEAR(GetParam().cdf(energy), integrator.integrate(pdf, low, energy), 1e-12)
        << "E = " << energy;
  }
  EXPECT_NEAR(integrator.integrate(pdf, low, high), 1.0, 1e-12);
}

TEST_P(Density, QuantileInvertsCdfUpToTheEdges) {
  std::vector<double> arguments = {1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 0.0137};
  for (int k = 1; k < 50; ++k) {
    arguments.push_back(0.02 * k);
  }
  for (const double upper : {1e-3, 1e-6, 1e-9}) {
    arguments.push_back(1.0 - upper);
  }
  const auto [low, high] = density.support();
  double previous = low;
  std::sort(arguments.begin(), arguments.end());
  for (const double u : arguments) {
    const double energy = density.quantile(u);
    EXPECT_GT(energy, previous) << "u = " << u;
    EXPECT_LT(energy, high);
    // The energy's own rounding moves F by pdf |E| epsilon.
    const double rounding =
        1e-14 * u + 4e-16 * (1.0 + density.pdf(energy) * (std::abs(energy) + sigma));
    EXPECT_NEAR(GetParam().cdf(energy), u, rounding) << "u = " << u;
    previous = energy;
  }
}

TEST_P(Density, QuantileIsFiniteAtTheOutermostUniformNumbers) {
  for (const double u : {0x1.0p-54, 1.0 - 0x1.0p-53}) {
    EXPECT_TRUE(std::isfinite(density.quantile(u))) << "u = " << u;
  }
}

TEST_P(Density, NothingOutsideTheSupport) {
  const auto [low, high] = density.support();
  for (const double outside : {low - 0.1, high + 0.1}) {
    if (std::isfinite(outside)) {
      EXPECT_EQ(density.pdf(outside), 0.0);
      EXPECT_EQ(GetParam().cdf(outside), outside < low ? 0.0 : 1.0);
    }
  }
  EXPECT_GT(density.pdf(density.mean()), 0.0);
}

INSTANTIATE_TEST_SUITE_P(All, Density, testing::ValuesIn(test::density_cases()),
                         test::DensityName());

TEST(DensityOfStates, NamesAndParametersAreTheOptions) {
  using testing::ElementsAre;
  using testing::Pair;
  const auto gaussian = gaussian_density(0.7, -0.4);
  EXPECT_EQ(gaussian->name(), "gaussian");
  EXPECT_THAT(gaussian->parameters(), ElementsAre(Pair("sigma", 0.7), Pair("mean", -0.4)));
  const auto uniform = uniform_density(0.8, 1.5);
  EXPECT_EQ(uniform->name(), "uniform");
  EXPECT_THAT(uniform->parameters(), ElementsAre(Pair("half_width", 0.8), Pair("centre", 1.5)));
  const auto semicircle = semicircle_density(0.9, -2.0);
  EXPECT_EQ(semicircle->name(), "semicircle");
  EXPECT_THAT(semicircle->parameters(), ElementsAre(Pair("radius", 0.9), Pair("centre", -2.0)));
  const auto gamma = gamma_density(3.5, 0.6);
  EXPECT_EQ(gamma->name(), "gamma");
  EXPECT_THAT(gamma->parameters(), ElementsAre(Pair("shape", 3.5), Pair("scale", 0.6)));
}

TEST(DensityOfStates, KnownMeansAndVariances) {
  const auto expect = [](const auto& density, double mean, double variance) {
    EXPECT_NEAR(density->mean(), mean, 1e-13) << density->name();
    EXPECT_NEAR(density->variance(), variance, 1e-13) << density->name();
  };
  expect(gaussian_density(0.7, -0.4), -0.4, 0.49);
  expect(uniform_density(0.8, 1.5), 1.5, 0.64 / 3.0);
  expect(semicircle_density(0.9, -2.0), -2.0, 0.81 / 4.0);
  expect(gamma_density(3.5, 0.6), 2.1, 1.26);
  for (const auto& [label, density, cdf] : test::density_cases()) {
    if (density->name() == label && label != "gamma") {
      EXPECT_NEAR(density->variance(), 1.0, 1e-13) << label;
    }
  }
}

TEST(DensityOfStates, AdmissibleTemperatures) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const auto& [label, density, cdf] : test::density_cases()) {
    EXPECT_TRUE(density->admits(200.0)) << label;
    EXPECT_TRUE(density->admits(0.0)) << label;
    EXPECT_TRUE(density->admits(-0.3)) << label;
    EXPECT_EQ(density->admits(-5.0), density->name() != "gamma") << label;
    EXPECT_FALSE(density->admits(infinity)) << label;
    EXPECT_FALSE(density->admits(std::numeric_limits<double>::quiet_NaN())) << label;
  }
  const auto gamma = gamma_density(2.0, 4.0);
  EXPECT_FALSE(gamma->admits(-0.25));
  EXPECT_TRUE(gamma->admits(-0.2499));
  EXPECT_THAT(gamma->admissible_betas(), testing::HasSubstr("-0.25"));
}

}  // namespace
}  // namespace rmtheat::model
