#include "rmtheat/linalg/krylov/krylov_basis.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "linalg/matrices.hpp"

namespace rmtheat::linalg {
namespace {

template <class T>
class KrylovBasisTest : public ::testing::Test {};
using Scalars = ::testing::Types<double, std::complex<double>>;
TYPED_TEST_SUITE(KrylovBasisTest, Scalars);

template <Scalar T>
std::vector<T> vector_of(std::size_t rows, std::int64_t salt) {
  std::vector<T> values;
  for (std::size_t row = 0; row < rows; ++row) {
    values.push_back(testing::hermitian_element<T>(static_cast<std::int64_t>(row) + 7, salt));
  }
  return values;
}

double conjugated(double x) { return x; }
std::complex<double> conjugated(std::complex<double> x) { return std::conj(x); }

template <Scalar T>
T overlap(std::span<const T> bra, std::span<const T> ket) {
  T sum = 0.0;
  for (std::size_t row = 0; row < bra.size(); ++row) {
    sum += conjugated(bra[row]) * ket[row];
  }
  return sum;
}

/// Orthonormalizes `count` vectors, in two sweeps each, and checks every number that comes out.
/// The next vector is a diagonal image of the last one plus something new.
template <Scalar T>
void expect_orthonormal_basis(std::size_t rows, std::size_t count, bool one_sweep) {
  KrylovBasis<T> basis(rows);
  const auto first = vector_of<T>(rows, 3);
  basis.start(first);
  double scale = 1.0 / std::sqrt(std::real(overlap<T>(first, first)));
  std::vector<T> corrections;
  std::vector<std::vector<T>> vectors;
  auto candidate = first;
  for (std::size_t k = 0; k < count; ++k) {
    const auto fresh = vector_of<T>(rows, 100 + static_cast<std::int64_t>(k));
    const auto op = [&](std::size_t begin, std::span<const T> newest, std::span<T> image) {
      for (std::size_t row = 0; row < newest.size(); ++row) {
        const double weight = static_cast<double>(begin + row) / static_cast<double>(rows);
        image[row] = weight * newest[row] + 0.3 * fresh[begin + row];
      }
    };
    std::vector<T> overlaps(k + 1);
    if (one_sweep) {
      basis.accept_and_apply(corrections, scale, op, overlaps);
    } else {
      basis.accept(corrections, scale);
      basis.apply(op, overlaps);
    }
    ASSERT_EQ(basis.size(), k + 1);
    basis.copy_vector(k, vectors.emplace_back(rows));
    EXPECT_NEAR(scale * std::abs(overlap<T>(vectors[k], candidate)), 1.0, 1e-12);
    std::vector<T> expected(rows);
    op(0, vectors[k], expected);
    for (std::size_t j = 0; j <= k; ++j) {
      EXPECT_LT(std::abs(overlap<T>(vectors[j], vectors[k]) - T(j == k ? 1.0 : 0.0)), 1e-14);
      EXPECT_LT(std::abs(overlaps[j] - overlap<T>(vectors[j], expected)), 1e-12);
    }
    corrections.assign(k + 1, T(0));
    const double norm = basis.project(overlaps, corrections);
    candidate = expected;
    for (std::size_t j = 0; j <= k; ++j) {
      for (std::size_t row = 0; row < rows; ++row) {
        candidate[row] -= vectors[j][row] * overlaps[j];
      }
    }
    EXPECT_NEAR(norm, std::real(overlap<T>(candidate, candidate)), 1e-12 * norm);
    for (std::size_t j = 0; j <= k; ++j) {
      EXPECT_LT(std::abs(corrections[j] - overlap<T>(vectors[j], candidate)), 1e-14);
    }
    scale = 1.0 / std::sqrt(norm);
  }
}

// Blocks of rows and panels of vectors, whole ones and parts.
TYPED_TEST(KrylovBasisTest, TwoSweepsMakeAnOrthonormalVector) {
  for (const bool one_sweep : {true, false}) {
    expect_orthonormal_basis<TypeParam>(40, 3, one_sweep);
    expect_orthonormal_basis<TypeParam>(2 * KrylovBasis<TypeParam>::block_rows + 9,
                                        2 * KrylovBasis<TypeParam>::panel_width + 3, one_sweep);
  }
}

// Rows of several blocks, vectors of several panels, a weight of zero.
TYPED_TEST(KrylovBasisTest, WeightedProductsAreThoseOfTheVectors) {
  using T = TypeParam;
  const std::size_t rows = 40 * KrylovBasis<T>::block_rows + 5;
  const std::size_t count = KrylovBasis<T>::panel_width + 2;
  KrylovBasis<T> basis(rows);
  basis.start(vector_of<T>(rows, 1));
  std::vector<T> overlaps;
  std::vector<std::vector<T>> vectors;
  while (vectors.size() < count) {
    const auto fresh = vector_of<T>(rows, static_cast<std::int64_t>(vectors.size()));
    basis.accept(std::vector<T>(vectors.size()), 1.0);
    basis.copy_vector(basis.size() - 1, vectors.emplace_back(rows));
    overlaps.resize(vectors.size());
    basis.apply(
        [&](std::size_t first, std::span<const T> newest, std::span<T> image) {
          std::copy_n(fresh.begin() + static_cast<std::ptrdiff_t>(first), newest.size(),
                      image.begin());
        },
        overlaps);
  }
  std::vector<double> weights(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    weights[row] = static_cast<double>(row * row % 17) / 5.0;
  }
  const auto products = basis.weighted_products(weights);
  ASSERT_EQ(products.size(), count * (count + 1) / 2);
  auto product = products.begin();
  for (std::size_t k = 0; k < count; ++k) {
    auto weighted = vectors[k];
    std::ranges::transform(weighted, weights, weighted.begin(), std::multiplies<>());
    for (std::size_t j = 0; j <= k; ++j, ++product) {
      EXPECT_LT(std::abs(*product - overlap<T>(vectors[j], weighted)), 1e-11 * std::sqrt(rows));
    }
  }
}

TYPED_TEST(KrylovBasisTest, NoRowsNoNumbers) {
  KrylovBasis<TypeParam> basis(0);
  std::vector<TypeParam> overlaps(1, TypeParam(5.0));
  basis.accept_and_apply(
      {}, 1.0, [](auto, auto, auto) { FAIL() << "no block exists"; }, overlaps);
  EXPECT_EQ(basis.size(), 1U);
  EXPECT_EQ(overlaps[0], TypeParam(0.0));
  EXPECT_EQ(basis.project(overlaps, overlaps), 0.0);
  EXPECT_EQ(basis.weighted_products({}), std::vector<TypeParam>(1));
}

}  // namespace
}  // namespace rmtheat::linalg
