#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <vector>

#include <boost/math/quadrature/gauss.hpp>
#include <gtest/gtest.h>

#include "model/hermitian_eigenvalues.hpp"
#include "rmtheat/model/coupling/gaussian.hpp"
#include "rmtheat/model/levels.hpp"
#include "support/statistics.hpp"

namespace rmtheat::model {
namespace {

/// (1/N) sum_k phi_k(x)^2. In long double the Gaussian factor of the Hermite functions does not
/// underflow where the highest of them still matter.
double mean_density(std::size_t size, double x) {
  const long double position = x;
  long double previous = 0.0L;
  long double current =
      std::exp(-0.5L * position * position) / std::pow(std::numbers::pi_v<long double>, 0.25L);
  long double sum = current * current;
  for (std::size_t k = 1; k < size; ++k) {
    const auto order = static_cast<long double>(k);
    const long double next =
        position * std::sqrt(2.0L / order) * current - std::sqrt((order - 1.0L) / order) * previous;
    previous = current;
    current = next;
    sum += current * current;
  }
  return static_cast<double>(sum / static_cast<long double>(size));
}

class GueMeanDistribution : public testing::TestWithParam<std::size_t> {};

TEST_P(GueMeanDistribution, IsTheIntegralOfTheHermiteFunctions) {
  const std::size_t size = GetParam();
  const auto density = [size](double x) { return mean_density(size, x); };
  const double edge = std::sqrt(2.0 * static_cast<double>(size));
  // Panels of about half an oscillation, from the centre outwards.
  const double panel = 1.5 / edge;
  double integral = 0.5;
  for (int k = 0; k * panel < edge + 4.0; ++k) {
    const double x = k * panel;
    ASSERT_NEAR(gue_mean_distribution(size, x), integral, 1e-12) << "x = " << x;
    ASSERT_NEAR(gue_mean_distribution(size, -x), 1.0 - integral, 1e-12) << "x = " << -x;
    integral += boost::math::quadrature::gauss<double, 15>::integrate(density, x, x + panel);
  }
  EXPECT_NEAR(integral, 1.0, 1e-12);
}

TEST_P(GueMeanDistribution, IsMonotoneAndAProbabilityAlsoFarOut) {
  const std::size_t size = GetParam();
  constexpr double rounding = 1e-13;
  double previous = 0.0;
  for (int step = -4000; step <= 4000; ++step) {
    const double x = 0.05 * step;
    const double value = gue_mean_distribution(size, x);
    ASSERT_GE(value, -rounding) << "x = " << x;
    ASSERT_LE(value, 1.0 + rounding) << "x = " << x;
    ASSERT_GE(value, previous - rounding) << "x = " << x;
    previous = value;
  }
  EXPECT_NEAR(gue_mean_distribution(size, -1e4), 0.0, rounding);
  EXPECT_NEAR(gue_mean_distribution(size, 1e4), 1.0, rounding);
}

INSTANTIATE_TEST_SUITE_P(Sizes, GueMeanDistribution, testing::Values(1, 2, 10, 300, 1000));

/// Eigenvalues of many matrices with weight exp(-Tr H^2), by the tridiagonal model or from all
/// elements of dense ones.
enum class Source { tridiagonal, dense };

std::vector<std::vector<double>> ensemble(Source source, std::size_t size,
                                          std::uint64_t realizations) {
  std::vector<std::vector<double>> result(realizations);
  for (std::uint64_t r = 0; r < realizations; ++r) {
    if (source == Source::tridiagonal) {
      result[r] = gue_eigenvalues(size, PhiloxStream(23, r, Stream::levels_1));
      continue;
    }
    // The coupling has E|V_ab|^2 = 1/N, the weight exp(-Tr H^2) E|H_ab|^2 = 1/2.
    const auto coupling =
        gaussian_unitary()->draw({std::vector<double>(1), std::vector<double>(size)}, 29, r);
    result[r] = test::hermitian_eigenvalues(size, [&](std::size_t row, std::size_t column) {
      return std::sqrt(0.5 * static_cast<double>(size)) * coupling->element(row, column);
    });
  }
  return result;
}

class GueEigenvalues : public testing::TestWithParam<std::size_t> {
 protected:
  static constexpr std::uint64_t realizations = 4000;
  const std::size_t size = GetParam();
};

TEST_P(GueEigenvalues, MomentsAreThoseOfTheEnsemble) {
  const auto n = static_cast<double>(size);
  // E Tr H^k for k = 1 .. 4, and E (Tr H)^2.
  const std::array<double, 4> traces = {0.0, 0.5 * n * n, 0.0, 0.25 * n * (2.0 * n * n + 1.0)};
  for (const auto source : {Source::tridiagonal, Source::dense}) {
    const auto spectra = ensemble(source, size, realizations);
    for (std::size_t order = 1; order <= traces.size(); ++order) {
      std::vector<double> sample;
      for (const auto& levels : spectra) {
        sample.push_back(
            std::accumulate(levels.begin(), levels.end(), 0.0, [order](double sum, double level) {
              return sum + std::pow(level, static_cast<double>(order));
            }));
      }
      EXPECT_LT(test::mean_with_error(sample).deviation(traces[order - 1]), test::sigma_threshold)
          << "Tr H^" << order;
    }
    std::vector<double> squared_traces(spectra.size());
    std::transform(spectra.begin(), spectra.end(), squared_traces.begin(), [](const auto& levels) {
      const double trace = std::accumulate(levels.begin(), levels.end(), 0.0);
      return trace * trace;
    });
    EXPECT_LT(test::mean_with_error(squared_traces).deviation(0.5 * n), test::sigma_threshold);
  }
}

TEST_P(GueEigenvalues, TridiagonalAndDenseAgreeInLaw) {
  const auto sparse = ensemble(Source::tridiagonal, size, realizations);
  const auto dense = ensemble(Source::dense, size, realizations);
  const auto compare = [&](auto statistic) {
    std::vector<double> first(realizations);
    std::vector<double> second(realizations);
    std::transform(sparse.begin(), sparse.end(), first.begin(), statistic);
    std::transform(dense.begin(), dense.end(), second.begin(), statistic);
    EXPECT_LT(test::ks_distance(first, second), test::ks_threshold(0.5 * realizations));
  };
  compare([](const auto& levels) { return levels.front(); });
  compare([](const auto& levels) { return levels.back(); });
  compare([](const auto& levels) { return levels[1] - levels[0]; });
  compare([](const auto& levels) { return levels[levels.size() / 2]; });
}

INSTANTIATE_TEST_SUITE_P(Sizes, GueEigenvalues, testing::Values(2, 5, 12));

TEST(GueEigenvalues, OneLevelIsAGaussianOfVarianceOneHalf) {
  std::vector<double> sample(20000);
  for (std::size_t r = 0; r < sample.size(); ++r) {
    sample[r] = gue_eigenvalues(1, PhiloxStream(31, r, Stream::levels_1)).front();
  }
  EXPECT_LT(test::ks_distance(sample, [](double x) { return 0.5 * std::erfc(-x); }),
            test::ks_threshold(20000));
}

}  // namespace
}  // namespace rmtheat::model
