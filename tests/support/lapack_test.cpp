#include "rmtheat/support/lapack.hpp"

#include <cmath>
#include <complex>
#include <cstddef>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

namespace rmtheat::lapack {
namespace {

template <class T>
class LapackTest : public ::testing::Test {
 protected:
  static T number(std::size_t k) {
    const auto phase = static_cast<double>(k * k + 1);
    if constexpr (std::is_same_v<T, double>) {
      return std::sin(phase);
    } else {
      return {std::sin(phase), std::cos(1.7 * phase)};
    }
  }
};
using Scalars = ::testing::Types<double, std::complex<double>>;
TYPED_TEST_SUITE(LapackTest, Scalars);

double conjugated(double x) { return x; }
std::complex<double> conjugated(const std::complex<double>& x) { return std::conj(x); }

TYPED_TEST(LapackTest, ReflectionLeavesOneElement) {
  using T = TypeParam;
  constexpr std::size_t n = 6;
  std::vector<T> original;
  for (std::size_t k = 0; k < n; ++k) {
    original.push_back(this->number(k));
  }
  auto v = original;
  T tau{};
  const double beta = larfg(n, v.data(), &tau);
  v[0] = 1.0;
  T overlap{};
  for (std::size_t k = 0; k < n; ++k) {
    overlap += conjugated(v[k]) * original[k];
  }
  for (std::size_t k = 0; k < n; ++k) {
    const T reflected = original[k] - conjugated(tau) * v[k] * overlap;
    EXPECT_LT(std::abs(reflected - (k == 0 ? beta : 0.0)), 1e-14);
  }
}

TYPED_TEST(LapackTest, EigensystemFromTheLowerTriangle) {
  using T = TypeParam;
  constexpr std::size_t n = 9;
  std::vector<T> lower(n * n, T(77));  // the upper triangle is not read
  std::vector<T> whole(n * n);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      const T element = i == j ? T(std::real(this->number(i))) : this->number(7 * i + j);
      lower[j * n + i] = whole[j * n + i] = element;
      whole[i * n + j] = conjugated(element);
    }
  }
  std::vector<double> values(n);
  std::vector<T> work(1 + 6 * n + 2 * n * n);
  std::vector<double> real(1 + 5 * n + 2 * n * n);
  std::vector<int> integer(3 + 5 * n);
  ASSERT_EQ(
      heevd(n, lower.data(), values.data(), std::span(work), std::span(real), std::span(integer)),
      0);
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      T image{};
      for (std::size_t j = 0; j < n; ++j) {
        image += whole[j * n + i] * lower[k * n + j];
      }
      EXPECT_LT(std::abs(image - values[k] * lower[k * n + i]), 1e-13);
    }
  }
}

TEST(Lapack, DivideAndConquerAgreesWithTheQrIteration) {
  constexpr std::size_t n = 60;  // beyond the size at which dstedc begins to divide
  std::vector<double> diagonal;
  for (std::size_t k = 0; k < n; ++k) {
    diagonal.push_back(std::sin(static_cast<double>(3 * k)));
  }
  const std::vector<double> off_diagonal(n, 0.8);
  auto d = diagonal;
  auto e = off_diagonal;
  std::vector<double> z(n * n);
  std::vector<double> work(1 + 4 * n + n * n);
  std::vector<int> integer(3 + 5 * n);
  ASSERT_EQ(stedc(n, d.data(), e.data(), z.data(), work, integer), 0);
  auto values = diagonal;
  e = off_diagonal;
  ASSERT_EQ(sterf(n, values.data(), e.data()), 0);
  for (std::size_t k = 0; k < n; ++k) {
    EXPECT_NEAR(d[k], values[k], 1e-13);
    const double* const vector = z.data() + k * n;
    for (std::size_t row = 0; row < n; ++row) {
      const double image = diagonal[row] * vector[row] + (row > 0 ? 0.8 * vector[row - 1] : 0.0) +
                           (row + 1 < n ? 0.8 * vector[row + 1] : 0.0);
      EXPECT_NEAR(image, d[k] * vector[row], 1e-13);
    }
  }
}

}  // namespace
}  // namespace rmtheat::lapack
