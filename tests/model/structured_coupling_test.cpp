#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "model/hermitian_eigenvalues.hpp"
#include "rmtheat/model/coupling/band.hpp"
#include "rmtheat/model/coupling/given.hpp"
#include "rmtheat/model/coupling/products.hpp"
#include "rmtheat/model/hamiltonian.hpp"
#include "support/statistics.hpp"

namespace rmtheat::model {
namespace {

using Complex = std::complex<double>;

SystemLevels unlike_levels(std::size_t n1, std::size_t n2) {
  SystemLevels levels{std::vector<double>(n1), std::vector<double>(n2)};
  for (std::size_t system = 0; system < 2; ++system) {
    for (std::size_t k = 0; k < levels[system].size(); ++k) {
      const auto x = static_cast<double>(k + system);
      levels[system][k] = 0.7 * x + 0.1 * std::sin(x * x);
    }
  }
  return levels;
}

/// Tr V^4 / D, by elements.
double fourth_moment(const Coupling& coupling) {
  const std::size_t n = coupling.dimension();
  std::vector<Complex> v(n * n);
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      v[a * n + b] = coupling.element(a, b);
    }
  }
  double sum = 0.0;
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      Complex square = 0.0;
      for (std::size_t c = 0; c < n; ++c) {
        square += v[a * n + c] * v[c * n + b];
      }
      sum += std::norm(square);
    }
  }
  return sum / static_cast<double>(n);
}

/// E Tr V^4 / D of K products: each system has three pairings, 1 + 1 + 1/N^2 of its normalized
/// traces; a pair of pairings counts 1 where they are equal and 1/K where not.
double expected_fourth_moment(double terms, double n1, double n2) {
  const std::array<double, 3> a{1.0, 1.0, 1.0 / (n1 * n1)};
  const std::array<double, 3> b{1.0, 1.0, 1.0 / (n2 * n2)};
  double sum = 0.0;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      sum += a[i] * b[j] * (i == j ? 1.0 : 1.0 / terms);
    }
  }
  return sum;
}

TEST(Products, FourthMomentTellsTheNumberOfTerms) {
  const auto levels = unlike_levels(4, 3);
  for (const std::size_t terms : {1U, 2U, 5U}) {
    const auto law = random_products(terms);
    EXPECT_EQ(law->mixed_pairing_weight(), 1.0 / static_cast<double>(terms));
    std::vector<double> moments;
    for (std::uint64_t r = 0; r < 3000; ++r) {
      moments.push_back(fourth_moment(*law->draw(levels, 5, r)));
    }
    const auto measured = test::mean_with_error(moments);
    const auto k = static_cast<double>(terms);
    EXPECT_LT(measured.deviation(expected_fourth_moment(k, 4, 3)), test::sigma_threshold) << terms;
    const double of_full_matrix =
        expected_fourth_moment(std::numeric_limits<double>::infinity(), 4, 3);
    EXPECT_GT(measured.deviation(of_full_matrix), 2.0 * test::sigma_threshold);
  }
}

TEST(Products, SeedsRealizationsTermsAndSystemsDiffer) {
  const auto levels = unlike_levels(3, 3);
  const auto element = [&](std::uint64_t seed, std::uint64_t realization) {
    return random_products(1)->draw(levels, seed, realization)->element(4, 4);
  };
  EXPECT_EQ(element(1, 2), element(1, 2));
  EXPECT_NE(element(1, 2), element(1, 3));
  EXPECT_NE(element(1, 2), element(2, 2));
  // Were both terms, or both systems, the same operators, V would be a product or a square.
  const auto one = random_products(1)->draw(levels, 1, 2);
  const auto two = random_products(2)->draw(levels, 1, 2);
  EXPECT_GT(std::abs(two->element(5, 1) - std::sqrt(2.0) * one->element(5, 1)), 1e-3);
  EXPECT_GT(std::abs(one->element(1 * 3 + 0, 0) - one->element(1, 0)), 1e-3);
}

TEST(Products, MultiplyAsTheirElements) {
  const auto levels = unlike_levels(5, 4);
  const auto coupling = random_products(3)->draw(levels, 8, 1);
  const std::size_t n = coupling->dimension();
  std::vector<Complex> x(n);
  for (std::size_t k = 0; k < n; ++k) {
    x[k] = std::polar(1.0 + 0.1 * static_cast<double>(k), static_cast<double>(k * k));
  }
  for (const auto& [first, count] : {std::pair{0U, 20U}, {3U, 7U}, {19U, 1U}, {4U, 4U}}) {
    std::vector<Complex> rows(count);
    coupling->multiply(std::span<const Complex>(x), first, std::span(rows));
    for (std::size_t k = 0; k < count; ++k) {
      Complex exact = 0.0;
      for (std::size_t b = 0; b < n; ++b) {
        exact += coupling->element(first + k, b) * x[b];
      }
      EXPECT_LT(std::abs(rows[k] - exact), 1e-13);
    }
  }
  for (std::size_t column = 0; column < n; ++column) {
    std::vector<Complex> elements(n - column);
    coupling->draw_column(column, column, std::span(elements));
    for (std::size_t k = 0; k < elements.size(); ++k) {
      EXPECT_EQ(elements[k], coupling->element(column + k, column));
    }
  }
}

/// The bound holds for every number of terms, and no smaller one of its kind would.
TEST(Products, SpectrumEndsAtTheHalfWidth) {
  const auto levels = unlike_levels(24, 24);
  for (const std::size_t terms : {1U, 4U}) {
    const auto law = random_products(terms);
    const auto coupling = law->draw(levels, 3, 0);
    const auto values = test::hermitian_eigenvalues(
        coupling->dimension(),
        [&](std::size_t row, std::size_t column) { return coupling->element(row, column); });
    const double largest = std::max(-values.front(), values.back());
    EXPECT_LT(largest, 1.1 * law->half_width());
    EXPECT_GT(largest, 0.75 * law->half_width());
  }
  EXPECT_EQ(random_products(1)->half_width(), 4.0);
}

TEST(Band, IsTheFullMatrixForInfiniteBandwidthAndItsProfileElse) {
  const auto levels = unlike_levels(4, 3);
  for (const auto family : {Family::unitary, Family::orthogonal}) {
    const auto full = full_coupling(family)->draw(levels, 7, 1);
    for (const auto profile : {Profile::gaussian, Profile::lorentzian}) {
      const auto wide = gaussian_band(family, std::numeric_limits<double>::infinity(), profile)
                            ->draw(levels, 7, 1);
      const auto law = gaussian_band(family, 0.8, profile);
      const auto band = law->draw(levels, 7, 1);
      for (std::size_t row = 0; row < 12; ++row) {
        for (std::size_t column = 0; column < 12; ++column) {
          EXPECT_EQ(wide->element(row, column), full->element(row, column));
          const double w = levels[0][row / 3] + levels[1][row % 3] - levels[0][column / 3] -
                           levels[1][column % 3];
          const double g = profile == Profile::gaussian ? std::exp(-0.5 * w * w / 0.64)
                                                        : 1.0 / (1.0 + w * w / 0.64);
          EXPECT_NEAR(law->profile(w), g, 1e-15);
          EXPECT_NEAR(
              std::abs(band->element(row, column) - std::sqrt(g) * full->element(row, column)), 0.0,
              1e-15);
          const double diagonal = row == column && family == Family::orthogonal ? 2.0 : 1.0;
          EXPECT_NEAR(law->second_moment(row, column, levels), diagonal * g / 12.0, 1e-15);
        }
        std::vector<Complex> column(12 - row);
        band->draw_column(row, row, std::span(column));
        EXPECT_EQ(column.back(), band->element(11, row));
      }
    }
  }
}

/// c (x) d + c^dagger (x) d^dagger: Hermitian, its terms are not.
GivenOperators pair_of_adjoints() {
  GivenOperators operators;
  operators.terms = 2;
  operators.factors[0] = {0.3, {0.1, 2.0}, 0.0, {0.4, -1.0}, 0.3, 0.0, {0.1, -2.0}, {0.4, 1.0}};
  operators.factors[1] = {0.0, 0.5, {0.0, 1.0}, 0.2, 0.0, {0.0, -0.5}, 0.7, 0.0, {0.1, 0.1}};
  for (std::size_t column = 0; column < 3; ++column) {
    for (std::size_t row = 0; row < 3; ++row) {
      operators.factors[1].push_back(std::conj(operators.factors[1][row * 3 + column]));
    }
  }
  complete(operators);
  return operators;
}

TEST(Given, SaysItsNormItsDefectAndItsMeanFields) {
  auto operators = pair_of_adjoints();
  EXPECT_FALSE(operators.real);
  EXPECT_LT(hermiticity_defect(operators), 1e-15);
  const auto law = given_coupling(std::make_shared<const GivenOperators>(operators));
  const SystemLevels levels{std::vector<double>(2), std::vector<double>(3)};
  const auto coupling = law->draw(levels, 1, 1);
  double square = 0.0;
  for (std::size_t a = 0; a < 6; ++a) {
    for (std::size_t b = 0; b < 6; ++b) {
      const auto element =
          operators.factors[0][(b / 3) * 2 + a / 3] * operators.factors[1][(b % 3) * 3 + a % 3] +
          operators.factors[0][4 + (b / 3) * 2 + a / 3] *
              operators.factors[1][9 + (b % 3) * 3 + a % 3];
      EXPECT_LT(std::abs(coupling->element(a, b) - element), 1e-15);
      EXPECT_NEAR(law->second_moment(a, b, levels), std::norm(element), 1e-15);
      square += std::norm(element) / 6.0;
    }
  }
  EXPECT_NEAR(law->strength_factor(), std::sqrt(square), 1e-14);
  const auto values = test::hermitian_eigenvalues(
      6, [&](std::size_t row, std::size_t column) { return coupling->element(row, column); });
  EXPECT_LE(std::max(-values.front(), values.back()), law->half_width());
  // Over system 2, of trace 0.1 + 0.1i: ((c + c^dagger) 0.1 + i (c - c^dagger) 0.1) / 3, traceless.
  const auto fields = mean_fields(operators);
  double mean_field = 0.0;
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      Complex sum = 0.0;
      for (std::size_t k = 0; k < 3; ++k) {
        sum += coupling->element(i * 3 + k, j * 3 + k) / 3.0;
      }
      Complex constant = 0.0;
      for (std::size_t a = 0; a < 6; ++a) {
        constant += i == j ? coupling->element(a, a) / 6.0 : 0.0;
      }
      mean_field += std::norm(sum - constant) / 2.0;
    }
  }
  EXPECT_NEAR(fields[0], std::sqrt(mean_field / square), 1e-14);
  EXPECT_GT(fields[0], 0.01);

  operators.factors[1][1] += 1e-6;
  EXPECT_GT(hermiticity_defect(operators), 1e-7);
  EXPECT_LT(hermiticity_defect(operators), 1e-6);
}

TEST(Given, GoesToTheEigenbasisOfADenseHamiltonian) {
  auto operators = pair_of_adjoints();
  // Row-major.
  const std::vector<Complex> h{0.5, {0.2, 0.7}, -0.1, {0.2, -0.7}, -1.0, 0.3, -0.1, 0.3, 0.25};
  EXPECT_LT(hermiticity_defect(h, 3), 1e-15);
  auto skewed = h;
  skewed[1] += 0.1;
  EXPECT_NEAR(hermiticity_defect(skewed, 3), 0.1, 1e-12);
  const auto system = diagonalized(h, 3);
  // An operator that is h itself becomes the levels.
  GivenOperators itself;
  itself.terms = 1;
  itself.factors[0] = {1.0};
  for (std::size_t column = 0; column < 3; ++column) {
    for (std::size_t row = 0; row < 3; ++row) {
      itself.factors[1].push_back(h[row * 3 + column]);
    }
  }
  change_basis(itself, 1, system.vectors);
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      EXPECT_LT(std::abs(itself.factors[1][column * 3 + row] -
                         (row == column ? system.levels[row] : 0.0)),
                1e-14);
    }
  }
  const double before = operators.strength_factor;
  change_basis(operators, 1, system.vectors);
  complete(operators);
  EXPECT_NEAR(operators.strength_factor, before, 1e-14);
  EXPECT_LT(hermiticity_defect(operators), 1e-14);
}

}  // namespace
}  // namespace rmtheat::model
