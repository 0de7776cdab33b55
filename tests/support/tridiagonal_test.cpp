#include "rmtheat/support/tridiagonal.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat {
namespace {

/// Eigenvalue k of the chain with zero diagonal and unit off-diagonal, 2 cos(pi j/(n+1)),
/// ascending.
double chain_eigenvalue(std::size_t size, std::size_t k) {
  return -2.0 *
         std::cos(std::numbers::pi * static_cast<double>(k + 1) / static_cast<double>(size + 1));
}

class Tridiagonal : public testing::TestWithParam<std::size_t> {};

TEST_P(Tridiagonal, EigenvaluesOfTheUniformChain) {
  const std::size_t size = GetParam();
  const auto values =
      tridiagonal_eigenvalues(std::vector<double>(size, 0.0), std::vector<double>(size - 1, 1.0));
  ASSERT_EQ(values.size(), size);
  for (std::size_t k = 0; k < size; ++k) {
    EXPECT_NEAR(values[k], chain_eigenvalue(size, k), 1e-13);
  }
}

TEST_P(Tridiagonal, EigenvectorsSatisfyTheirEquationAndAreOrthonormal) {
  const std::size_t size = GetParam();
  std::vector<double> diagonal(size);
  std::vector<double> off_diagonal(size - 1);
  for (std::size_t k = 0; k < size; ++k) {
    diagonal[k] = std::sin(static_cast<double>(k));
    if (k > 0) {
      off_diagonal[k - 1] = 1.0 + 0.5 * std::cos(static_cast<double>(3 * k));
    }
  }
  const auto [values, vectors] = tridiagonal_eigensystem(diagonal, off_diagonal);
  ASSERT_EQ(values.size(), size);
  ASSERT_EQ(vectors.size(), size * size);
  for (std::size_t k = 0; k < size; ++k) {
    const double* vector = &vectors[k * size];
    for (std::size_t row = 0; row < size; ++row) {
      double image = diagonal[row] * vector[row];
      image += row > 0 ? off_diagonal[row - 1] * vector[row - 1] : 0.0;
      image += row + 1 < size ? off_diagonal[row] * vector[row + 1] : 0.0;
      EXPECT_NEAR(image, values[k] * vector[row], 1e-13);
    }
    for (std::size_t other = 0; other <= k; ++other) {
      double product = 0.0;
      for (std::size_t row = 0; row < size; ++row) {
        product += vector[row] * vectors[other * size + row];
      }
      EXPECT_NEAR(product, other == k ? 1.0 : 0.0, 1e-13);
    }
  }
  const auto values_alone = tridiagonal_eigenvalues(diagonal, off_diagonal);
  for (std::size_t k = 0; k < size; ++k) {
    EXPECT_NEAR(values_alone[k], values[k], 1e-13);
    EXPECT_TRUE(k == 0 || values[k - 1] <= values[k]);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, Tridiagonal, testing::Values(1, 2, 3, 10, 97));

TEST(TridiagonalFailure, NotANumberIsAnErrorAndNotAResult) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> diagonal = {1.0, nan, 2.0};
  const std::vector<double> off_diagonal = {1.0, 1.0};
  EXPECT_THROW(static_cast<void>(tridiagonal_eigenvalues(diagonal, off_diagonal)), NumericalError);
  EXPECT_THROW(static_cast<void>(tridiagonal_eigensystem(diagonal, off_diagonal)), NumericalError);
}

}  // namespace
}  // namespace rmtheat
