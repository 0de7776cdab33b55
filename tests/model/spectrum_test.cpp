#include "rmtheat/model/density/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/math/quadrature/tanh_sinh.hpp>
#include <boost/math/special_functions/bessel.hpp>
#include <gtest/gtest.h>

#include "model/densities.hpp"

namespace rmtheat::model {
namespace {

class DensityMoments : public testing::TestWithParam<test::DensityCase> {
 protected:
  const DensityOfStates& density = *GetParam().density;
  const double sigma = std::sqrt(density.variance());

  /// Integral of rho(E) E^order e^(-zE) over all energies that matter at |Re z| <= 4, by
  /// double-exponential quadrature, which bears the densities' singular edges, on panels of one
  /// standard deviation, which resolve peak and oscillation.
  [[nodiscard]] Complex integrate(Complex z, int order) const {
    const auto [low, high] = density.support();
    const double from = std::max(low, density.mean() - 15.0 * sigma);
    const double to = std::min(high, density.mean() + 120.0 * sigma);
    boost::math::quadrature::tanh_sinh<double> integrator;
    Complex integral;
    const int panels = static_cast<int>(std::ceil((to - from) / sigma));
    for (int panel = 0; panel < panels; ++panel) {
      const double left = from + panel * sigma;
      integral += integrator.integrate(
          [&](double energy) {
            return density.pdf(energy) * std::pow(energy, order) * std::exp(-z * energy);
          },
          left, std::min(left + sigma, to));
    }
    return integral;
  }
};

TEST_P(DensityMoments, AgreeWithQuadratureOfTheDensity) {
  for (const double beta : {-0.3, 0.0, 0.3, 1.0, 4.0}) {
    const double partition = integrate(beta, 0).real();
    for (const double x : {-3.0, 0.0, 0.01, 0.7, 3.0, 15.0}) {
      const Complex z(beta, x);
      const auto scaled = density.boltzmann_moments(z);
      const auto thermal = density.thermal_moments(beta, x);
      for (int order = 0; order < 3; ++order) {
        const auto index = static_cast<std::size_t>(order);
        const Complex expected = integrate(z, order) / partition;
        const Complex unscaled = scaled.value[index] * std::exp(scaled.log_scale) / partition;
        EXPECT_LT(std::abs(unscaled - expected), 5e-11) << "z = " << z << ", order " << order;
        EXPECT_LT(std::abs(thermal[index] - expected), 5e-11) << "z = " << z << ", order " << order;
      }
    }
  }
}

TEST_P(DensityMoments, ConjugateArgumentGivesConjugateValues) {
  const auto at_x = density.thermal_moments(0.8, 1.7);
  const auto at_minus_x = density.thermal_moments(0.8, -1.7);
  for (std::size_t order = 0; order < 3; ++order) {
    EXPECT_LT(std::abs(at_minus_x[order] - std::conj(at_x[order])), 1e-15);
  }
}

TEST_P(DensityMoments, StayFiniteAtLowAndNegativeTemperature) {
  for (const double beta : {-2000.0, -200.0, 200.0, 2000.0}) {
    if (!density.admits(beta)) {
      continue;
    }
    const auto [low, high] = density.support();
    for (const double x : {0.0, 1.0, 10.0}) {
      for (const Complex moment : density.thermal_moments(beta, x)) {
        EXPECT_TRUE(std::isfinite(moment.real()) && std::isfinite(moment.imag()))
            << "beta = " << beta << ", x = " << x;
      }
      EXPECT_LE(std::abs(density.thermal_moments(beta, x)[0]), 1.0 + 1e-12);
    }
    const double energy = density.mean_energy(beta);
    EXPECT_GT(energy, low) << "beta = " << beta;
    EXPECT_LT(energy, high) << "beta = " << beta;
  }
}

INSTANTIATE_TEST_SUITE_P(All, DensityMoments, testing::ValuesIn(test::density_cases()),
                         test::DensityName());

TEST(MeanEnergy, ClosedFormsAtLowTemperature) {
  constexpr double beta = 200.0;
  EXPECT_NEAR(gaussian_density(0.7, -0.4)->mean_energy(beta), -0.4 - 0.49 * beta, 1e-11);
  EXPECT_NEAR(uniform_density(0.8, 1.5)->mean_energy(beta),
              1.5 + 1.0 / beta - 0.8 / std::tanh(0.8 * beta), 1e-13);
  EXPECT_NEAR(semicircle_density(2.0, 0.5)->mean_energy(beta),
              0.5 - 2.0 * boost::math::cyl_bessel_i(2, 2.0 * beta) /
                        boost::math::cyl_bessel_i(1, 2.0 * beta),
              1e-12);
  EXPECT_NEAR(gamma_density(3.5, 0.6)->mean_energy(beta), 2.1 / (1.0 + 0.6 * beta), 1e-14);
}

TEST(MeanEnergy, NegativeTemperatureMirrorsASymmetricDensity) {
  for (const auto& [label, density, cdf] : test::density_cases()) {
    if (density->name() != "gamma") {
      EXPECT_NEAR(density->mean_energy(-1.3) + density->mean_energy(1.3), 2.0 * density->mean(),
                  1e-12)
          << label;
    }
  }
  EXPECT_NEAR(gamma_density(2.0, 1.0)->mean_energy(-0.5), 4.0, 1e-13);
}

TEST(SemicircleDensity, HankelsExpansionIsTheBesselFunction) {
  const auto density = semicircle_density(2.0, 0.5);
  for (const double x : {30.0, 400.0, 1e5}) {
    const auto moments = density->boltzmann_moments({0.0, x});
    const double expected = boost::math::cyl_bessel_j(1, 2.0 * x) / x;
    EXPECT_NEAR(std::abs(moments.value[0] - std::polar(1.0, -0.5 * x) * expected), 0.0, 1e-14);
  }
  // Gauss's rule and the expansion meet at |radius z| = 50.
  for (const double angle : {0.0, 0.7, 1.5, 2.4, 3.1, -0.4}) {
    const auto inside = density->boltzmann_moments(std::polar(25.0 - 1e-12, angle));
    const auto outside = density->boltzmann_moments(std::polar(25.0 + 1e-12, angle));
    const double scale = std::exp(inside.log_scale - outside.log_scale);
    for (std::size_t order = 0; order < 3; ++order) {
      EXPECT_LT(std::abs(inside.value[order] * scale - outside.value[order]),
                1e-10 * std::abs(outside.value[0]));
    }
  }
}

TEST(ThermalPdf, IsTheDensityTimesTheBoltzmannFactor) {
  for (const auto& [label, density, cdf] : test::density_cases()) {
    const double partition = std::log(density->boltzmann_moments(0.4).value[0].real()) +
                             density->boltzmann_moments(0.4).log_scale;
    for (const double u : {0.1, 0.5, 0.9}) {
      const double energy = density->quantile(u);
      const double expected = density->pdf(energy) * std::exp(-0.4 * energy - partition);
      EXPECT_NEAR(density->thermal_pdf(0.4)(energy), expected, 1e-12 * expected) << label;
    }
    // Where the density itself underflows its thermal state is whole.
    const double cold = density->mean_energy(200.0);
    EXPECT_GT(density->thermal_pdf(200.0)(cold), 0.0) << label;
    EXPECT_LT(density->energy_range(200.0, 1e-10).first, cold) << label;
    EXPECT_GT(density->energy_range(200.0, 1e-10).second, cold) << label;
  }
}

TEST(UniformDensity, SeriesAndClosedFormMeet) {
  // The implementation changes from a power series to the closed form at |half_width z| = 1: both
  // sides must lie on one smooth curve.
  const auto density = uniform_density(1.0, 0.0);
  for (const double angle : {0.0, 0.4, 0.8, 1.2, 1.5}) {
    const auto inside = density->boltzmann_moments(std::polar(1.0 - 1e-12, angle));
    const auto outside = density->boltzmann_moments(std::polar(1.0 + 1e-12, angle));
    for (std::size_t order = 0; order < 3; ++order) {
      EXPECT_LT(std::abs(inside.value[order] * std::exp(inside.log_scale) -
                         outside.value[order] * std::exp(outside.log_scale)),
                1e-11);
    }
  }
}

TEST(WeightedLevels, TwoLevelSystemByHand) {
  const WeightedLevels levels({0.0, 2.0}, {1.0, 3.0});
  const Complex z(0.5, 0.25);
  const Complex upper = 0.75 * std::exp(-2.0 * z);
  const auto moments = levels.boltzmann_moments(z);
  const double scale = std::exp(moments.log_scale);
  EXPECT_LT(std::abs(moments.value[0] * scale - (0.25 + upper)), 1e-15);
  EXPECT_LT(std::abs(moments.value[1] * scale - 2.0 * upper), 1e-15);
  EXPECT_LT(
      std::abs(levels.thermal_moments(0.5, 0.25)[2] - 4.0 * upper / (0.25 + 0.75 * std::exp(-1.0))),
      1e-15);
  EXPECT_DOUBLE_EQ(levels.mean(), 1.5);
  EXPECT_DOUBLE_EQ(levels.variance(), 0.75);
  EXPECT_TRUE(levels.admits(-1e6));
}

TEST(WeightedLevels, ThermalMomentsOfManyBetasAtOnceAreThoseOfEach) {
  const WeightedLevels levels({-1.0, 0.2, 2.0}, {0.5, 0.2, 0.3});
  const std::vector<double> betas = {0.0, -0.7, 3.0};
  const std::vector<double> xs = {0.0, 1.3};
  const auto moments = levels.thermal_moments(betas, xs);
  for (std::size_t b = 0; b < betas.size(); ++b) {
    for (std::size_t i = 0; i < xs.size(); ++i) {
      const auto numerator = levels.boltzmann_moments({betas[b], xs[i]});
      const auto partition = levels.boltzmann_moments({betas[b], 0.0});
      for (std::size_t order = 0; order < 3; ++order) {
        EXPECT_NEAR(std::abs(moments[b * xs.size() + i][order] -
                             numerator.value[order] / partition.value[0]),
                    0.0, 1e-15);
      }
    }
  }
}

TEST(EnergyRange, HoldsTheThermalDensityUpToTheTolerance) {
  const auto gaussian = gaussian_density(0.5, 1.0);
  const auto [low, high] = gaussian->energy_range(2.0, 1e-8);
  const double reach = 0.5 * std::sqrt(-2.0 * std::log(1e-8));  // about the thermal mean, 0.5
  EXPECT_NEAR(low, 0.5 - reach, 0.0625);
  EXPECT_NEAR(high, 0.5 + reach, 0.0625);
  EXPECT_LE(low, 0.5 - reach);
  EXPECT_GE(high, 0.5 + reach);
  const auto gamma = gamma_density(2.0, 1.0);
  EXPECT_EQ(gamma->energy_range(0.5, 1e-8).first, 0.0);
  EXPECT_GT(gamma->energy_range(-0.5, 1e-8).second, 2.0 * gamma->energy_range(0.5, 1e-8).second);
  EXPECT_EQ(WeightedLevels({-1.0, 3.0, 2.0}, {1.0, 1.0, 1.0}).energy_range(5.0, 1e-8),
            std::pair(-1.0, 3.0));
}

TEST(WeightedLevels, ExtremeTemperaturesReachTheOutermostLevels) {
  const std::vector<double> energies = {5.0, -3.0, 1.0};
  const WeightedLevels levels{std::span<const double>(energies)};
  EXPECT_DOUBLE_EQ(levels.mean_energy(1e4), -3.0);
  EXPECT_DOUBLE_EQ(levels.mean_energy(-1e4), 5.0);
  EXPECT_DOUBLE_EQ(levels.mean_energy(0.0), 1.0);
}

TEST(WeightedLevels, RefusesBadInput) {
  EXPECT_THROW(WeightedLevels({}, {}), std::invalid_argument);
  EXPECT_THROW(WeightedLevels({1.0, 2.0}, {1.0}), std::invalid_argument);
  EXPECT_THROW(WeightedLevels(std::span<const double>()), std::invalid_argument);
}

}  // namespace
}  // namespace rmtheat::model
