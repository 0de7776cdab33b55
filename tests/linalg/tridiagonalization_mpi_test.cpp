#include <cmath>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "eigensolver/own/back_transformation.hpp"
#include "eigensolver/own/hermitian_kernels.hpp"
#include "eigensolver/own/tridiagonalization.hpp"
#include "linalg/dense.hpp"
#include "linalg/matrices.hpp"
#include "rmtheat/parallel/environment.hpp"

namespace rmtheat::linalg {
namespace {

using Index = BlockCyclic::Index;
using Complex = std::complex<double>;
using parallel::Environment;

template <class T>
class TridiagonalizationTest : public ::testing::Test {
 protected:
  /// Q^dagger A Q, element by element, is the tridiagonal matrix, and Q is unitary.
  template <class Element>
  static void expect_tridiagonal(const ProcessGrid& grid, Index n, Index block, Element&& element) {
    SCOPED_TRACE(::testing::Message()
                 << "dimension " << n << ", " << grid.columns() << " processes, block " << block);
    const BlockCyclic layout(grid, n, n, block);
    DistributedMatrix<T> h(layout);
    testing::fill_lower(h, element);
    DistributedMatrix<T> q(layout);
    testing::fill(q, [](Index row, Index column) { return row == column ? T(1) : T(0); });
    std::vector<double> diagonal(static_cast<std::size_t>(n));
    std::vector<double> off_diagonal(diagonal.size());
    std::vector<T> tau(diagonal.size() - 1);
    if (grid.contains_me()) {
      Tridiagonalization<T>(layout).reduce(h, diagonal, off_diagonal, tau);
      BackTransformation<T>(layout).apply(h, tau, q);
    }
    const auto columns = testing::gathered(q);
    if (!grid.contains_me()) {
      return;  // it has no tridiagonal matrix
    }
    const auto size = diagonal.size();
    std::vector<Complex> whole(size * size);
    std::vector<Complex> tridiagonal(size * size);
    std::vector<Complex> unity(size * size);
    for (std::size_t j = 0; j < size; ++j) {
      for (std::size_t i = 0; i < size; ++i) {
        whole[j * size + i] = element(static_cast<Index>(i), static_cast<Index>(j));
      }
      tridiagonal[j * (size + 1)] = diagonal[j];
      unity[j * (size + 1)] = 1.0;
      if (j > 0) {
        tridiagonal[j * (size + 1) - 1] = off_diagonal[j - 1];
        tridiagonal[j * (size + 1) - size] = off_diagonal[j - 1];
      }
    }
    using blas::Operation;
    const auto image = testing::product(Operation::none, whole, columns, size);
    EXPECT_LT(testing::largest_difference(
                  testing::product(Operation::adjoint, columns, image, size), tridiagonal),
              1e-12);
    EXPECT_LT(testing::largest_difference(
                  testing::product(Operation::adjoint, columns, columns, size), unity),
              1e-13);
  }
};
using Scalars = ::testing::Types<double, Complex>;
TYPED_TEST_SUITE(TridiagonalizationTest, Scalars);

TYPED_TEST(TridiagonalizationTest, IsAUnitaryTransformation) {
  const auto world = Environment::world();
  for (int processes = 1; processes <= world.size(); ++processes) {
    const ProcessGrid grid(world, 1, processes);
    for (const Index n : {2, 3, 7, 40, 75}) {
      for (const Index block : {1, 3, 8, 32, 100}) {
        this->expect_tridiagonal(grid, n, block, testing::hermitian_element<TypeParam>);
      }
    }
  }
}

TYPED_TEST(TridiagonalizationTest, OfMatricesThatFallApart) {
  // Two blocks that nothing couples, one of them of rank one: reflectors that are the identity.
  const auto grid = ProcessGrid::row_of_all(Environment::world());
  this->expect_tridiagonal(grid, 30, 4, [](Index row, Index column) -> TypeParam {
    if ((row < 13) != (column < 13)) {
      return 0.0;
    }
    return row < 13 ? testing::hermitian_element<TypeParam>(row, column) : TypeParam(1);
  });
}

TYPED_TEST(TridiagonalizationTest, KernelMultipliesBothSides) {
  using T = TypeParam;
  const auto number = [](std::size_t k) {
    return testing::hermitian_element<T>(static_cast<Index>(k) + 5, static_cast<Index>(k) / 3);
  };
  for (std::size_t rows = 0; rows < 40; ++rows) {
    for (std::size_t count = 1; count <= hermitian_columns; ++count) {
      const std::size_t leading = rows + 3;
      std::vector<T> columns(count * leading);
      std::vector<T> factors(count);
      std::vector<T> x(rows);
      std::vector<T> y(rows);
      std::size_t k = 0;
      for (auto* numbers : {&columns, &factors, &x, &y}) {
        for (auto& value : *numbers) {
          value = number(++k);
        }
      }
      auto expected = y;
      std::vector<T> overlaps(count, T(77));
      multiply_both_sides(columns.data(), leading, rows, count, factors.data(), x.data(), y.data(),
                          overlaps.data());
      for (std::size_t c = 0; c < count; ++c) {
        T overlap{};
        for (std::size_t row = 0; row < rows; ++row) {
          const T a = columns[c * leading + row];
          expected[row] += a * factors[c];
          if constexpr (std::is_same_v<T, double>) {
            overlap += a * x[row];
          } else {
            overlap += std::conj(a) * x[row];
          }
        }
        EXPECT_LT(std::abs(overlaps[c] - overlap), 1e-13);
      }
      for (std::size_t row = 0; row < rows; ++row) {
        EXPECT_LT(std::abs(y[row] - expected[row]), 1e-14);
      }
    }
  }
}

}  // namespace
}  // namespace rmtheat::linalg
