#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "model/hermitian_eigenvalues.hpp"
#include "rmtheat/model/coupling/gaussian.hpp"
#include "support/statistics.hpp"

namespace rmtheat::model {
namespace {

constexpr std::size_t dimension = 24;

SystemLevels flat_levels(std::size_t size) {
  return {std::vector<double>(1), std::vector<double>(size)};
}

/// Elements of one kind over many realizations, in units of their expected standard deviation.
struct Elements {
  std::vector<double> diagonal;
  std::vector<double> real_part;  ///< of the elements below the diagonal
  std::vector<double> imaginary_part;
};

Elements draw_elements(const LawPointer& law, std::uint64_t seed, std::uint64_t first) {
  const double unit = std::sqrt(static_cast<double>(dimension));
  Elements elements;
  for (std::uint64_t realization = first; realization < first + 200; ++realization) {
    const auto coupling = law->draw(flat_levels(dimension), seed, realization);
    for (std::size_t row = 0; row < dimension; ++row) {
      elements.diagonal.push_back(unit * coupling->element(row, row).real());
      for (std::size_t column = 0; column < row; ++column) {
        const auto element = unit * coupling->element(row, column);
        elements.real_part.push_back(element.real());
        elements.imaginary_part.push_back(element.imag());
      }
    }
  }
  return elements;
}

/// Kolmogorov-Smirnov test of a sample against the normal law of this standard deviation.
bool is_normal(const std::vector<double>& sample, double deviation) {
  const auto cdf = [deviation](double x) {
    return 0.5 * std::erfc(-x / (deviation * std::numbers::sqrt2));
  };
  return test::ks_distance(sample, cdf) < test::ks_threshold(static_cast<double>(sample.size()));
}

test::MeanWithError mean_product(const std::vector<double>& first,
                                 const std::vector<double>& second) {
  std::vector<double> products(first.size());
  std::transform(first.begin(), first.end(), second.begin(), products.begin(),
                 [](double x, double y) { return x * y; });
  return test::mean_with_error(products);
}

double semicircle_cdf(double x) {
  const double y = std::clamp(0.5 * x, -1.0, 1.0);
  return 0.5 + (y * std::sqrt(1.0 - y * y) + std::asin(y)) / std::numbers::pi;
}

class GaussianCoupling : public testing::TestWithParam<LawPointer> {};

TEST_P(GaussianCoupling, IsHermitianWithRealDiagonal) {
  const auto coupling = GetParam()->draw(flat_levels(dimension), 3, 5);
  for (std::size_t row = 0; row < dimension; ++row) {
    EXPECT_EQ(coupling->element(row, row).imag(), 0.0);
    for (std::size_t column = 0; column < row; ++column) {
      const auto element = coupling->element(row, column);
      EXPECT_EQ(coupling->element(column, row), std::conj(element));
      EXPECT_EQ(element.imag() == 0.0, GetParam() == gaussian_orthogonal());
    }
  }
}

TEST_P(GaussianCoupling, ElementsHaveTheirLaw) {
  const bool complex = GetParam() == gaussian_unitary();
  const auto elements = draw_elements(GetParam(), 7, 0);
  const double diagonal_variance = complex ? 1.0 : 2.0;
  const double part_variance = complex ? 0.5 : 1.0;
  const auto check = [](const std::vector<double>& sample, double variance) {
    EXPECT_LT(test::mean_with_error(sample).deviation(0.0), test::sigma_threshold);
    EXPECT_LT(mean_product(sample, sample).deviation(variance), test::sigma_threshold);
    EXPECT_TRUE(is_normal(sample, std::sqrt(variance)));
    EXPECT_FALSE(is_normal(sample, 1.3 * std::sqrt(variance)));
  };
  check(elements.diagonal, diagonal_variance);
  check(elements.real_part, part_variance);
  if (complex) {
    check(elements.imaginary_part, part_variance);
    EXPECT_LT(mean_product(elements.real_part, elements.imaginary_part).deviation(0.0),
              test::sigma_threshold);
  }
}

TEST_P(GaussianCoupling, RealizationsSeedsAndElementsAreIndependent) {
  const auto base = draw_elements(GetParam(), 7, 0).real_part;
  for (const auto& other :
       {draw_elements(GetParam(), 7, 1).real_part, draw_elements(GetParam(), 8, 0).real_part,
        draw_elements(GetParam(), 0, 7).real_part}) {
    EXPECT_LT(mean_product(base, other).deviation(0.0), test::sigma_threshold);
  }
  std::vector<double> neighbours(base.begin() + 1, base.end());
  EXPECT_LT(mean_product({base.begin(), base.end() - 1}, neighbours).deviation(0.0),
            test::sigma_threshold);
}

TEST_P(GaussianCoupling, IsAPureFunctionOfItsArguments) {
  const auto first = GetParam()->draw(flat_levels(dimension), 7, 2);
  const auto second = GetParam()->draw(flat_levels(dimension), 7, 2);
  const auto other = GetParam()->draw(flat_levels(dimension), 7, 3);
  EXPECT_EQ(first->dimension(), dimension);
  EXPECT_EQ(first->element(4, 9), second->element(4, 9));
  EXPECT_NE(first->element(4, 9), other->element(4, 9));
}

TEST_P(GaussianCoupling, ColumnsAreTheirElements) {
  const auto coupling = GetParam()->draw(flat_levels(dimension), 7, 2);
  for (const std::size_t row : {5U, 6U, 140U}) {
    std::vector<std::complex<double>> column(200);
    coupling->draw_column(row, 5, std::span(column));
    for (std::size_t k = 0; k < column.size(); ++k) {
      EXPECT_EQ(column[k], coupling->element(row + k, 5));
    }
    if (GetParam()->is_real()) {
      std::vector<double> real(200);
      coupling->draw_column(row, 5, std::span(real));
      for (std::size_t k = 0; k < real.size(); ++k) {
        EXPECT_EQ(real[k], column[k].real());
      }
    }
  }
}

/// Eigenvalues are rigid: at D = 200 their distribution function stays within a few levels, 1/D
/// each, of the semicircle's. A wrong variance fails: 1.1 times the width shifts it by 0.03.
TEST_P(GaussianCoupling, SpectrumIsTheSemicircleOnMinusTwoToTwo) {
  constexpr std::size_t size = 200;
  for (std::uint64_t realization = 0; realization < 3; ++realization) {
    const auto coupling = GetParam()->draw(flat_levels(size), 11, realization);
    const auto eigenvalues = test::hermitian_eigenvalues(
        size, [&](std::size_t row, std::size_t column) { return coupling->element(row, column); });
    EXPECT_LT(test::ks_distance(eigenvalues, semicircle_cdf), 0.015);
    EXPECT_GT(test::ks_distance(eigenvalues, [](double x) { return semicircle_cdf(x / 1.1); }),
              0.02);
    EXPECT_NEAR(eigenvalues.front(), -2.0, 0.15);
    EXPECT_NEAR(eigenvalues.back(), 2.0, 0.15);
  }
}

INSTANTIATE_TEST_SUITE_P(Families, GaussianCoupling,
                         testing::Values(gaussian_unitary(), gaussian_orthogonal()),
                         [](const auto& law) { return std::string(law.param->name()); });

}  // namespace
}  // namespace rmtheat::model
