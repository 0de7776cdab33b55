#include "eigensolver/own/reflector_panel.hpp"

#include <complex>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "linalg/matrices.hpp"
#include "rmtheat/linalg/split_columns.hpp"

namespace rmtheat::linalg {
namespace {

using Index = BlockCyclic::Index;

double conjugated(double x) { return x; }
std::complex<double> conjugated(const std::complex<double>& x) { return std::conj(x); }

std::size_t size(Index count) { return static_cast<std::size_t>(count); }

template <class T>
class ReflectorPanelTest : public ::testing::Test {
 protected:
  /// Panels of these sizes, one after the other in the same storage, applied to `columns` columns
  /// of `first` rows more than the panel's and `below` beyond: against one reflector at a time,
  /// H_1 (... (H_k C)).
  static void expect_product(ReflectorPanel<T>& panel, Index rows, Index width, Index columns,
                             Index first, Index below, Index identity = -1) {
    SCOPED_TRACE(::testing::Message() << rows << " rows, " << width << " reflectors, " << columns
                                      << " columns from row " << first);
    const auto number = [](Index i, Index j) { return testing::hermitian_element<T>(i + 3, j); };
    std::vector<T> v(size(rows * width));
    std::vector<T> tau(size(width));
    for (Index k = 0; k < width; ++k) {
      double square = 0.0;
      for (Index row = k; row < rows; ++row) {
        v[size(k * rows + row)] = row == k ? T(1) : number(row, 2 * k);
        square += std::norm(v[size(k * rows + row)]);
      }
      // Unitary: 2 Re(1/tau) = |v|^2, with an imaginary part where there can be one.
      T inverse = 0.5 * square;
      if constexpr (!std::is_same_v<T, double>) {
        inverse += T(0.0, 0.3 * square);
      }
      tau[size(k)] = k == identity ? T(0) : T(1) / inverse;
    }
    const Index leading = first + rows + below;
    std::vector<T> c(size(leading * columns));
    for (Index j = 0; j < columns; ++j) {
      for (Index row = 0; row < leading; ++row) {
        c[size(j * leading + row)] = number(row + 1, 3 * j + 1);
      }
    }
    auto expected = c;
    for (Index k = width - 1; k >= 0; --k) {
      for (Index j = 0; j < columns; ++j) {
        T* const column = expected.data() + j * leading + first;
        T overlap{};
        for (Index row = 0; row < rows; ++row) {
          overlap += conjugated(v[size(k * rows + row)]) * column[row];
        }
        for (Index row = 0; row < rows; ++row) {
          column[row] -= tau[size(k)] * v[size(k * rows + row)] * overlap;
        }
      }
    }
    std::copy(v.begin(), v.end(), panel.reflectors());
    panel.set_factors(tau, rows);
    split_columns(std::span(c), size(leading));
    panel.apply(c, leading, first);
    join_columns(std::span(c), size(leading));
    double largest = 0.0;
    for (std::size_t k = 0; k < c.size(); ++k) {
      largest = std::max(largest, std::abs(c[k] - expected[k]));
    }
    EXPECT_LT(largest, 1e-12);
  }
};
using Scalars = ::testing::Types<double, std::complex<double>>;
TYPED_TEST_SUITE(ReflectorPanelTest, Scalars);

TYPED_TEST(ReflectorPanelTest, IsTheProductOfItsReflectors) {
  ReflectorPanel<TypeParam> panel(70, 13);
  for (const Index rows : {13, 14, 33, 70}) {
    for (const Index width : {1, 2, 7, 13}) {
      for (const Index columns : {0, 1, 5}) {
        this->expect_product(panel, rows, width, columns, 0, 0);
        this->expect_product(panel, rows, width, columns, 3, 2);
      }
    }
  }
  this->expect_product(panel, 1, 1, 4, 2, 0);
}

TYPED_TEST(ReflectorPanelTest, ManyColumnsGoTileByTile) {
  ReflectorPanel<TypeParam> panel(20, 6);
  for (const Index columns : {255, 256, 257, 600}) {
    this->expect_product(panel, 20, 6, columns, 1, 0);
  }
}

TYPED_TEST(ReflectorPanelTest, ReflectorsThatAreTheIdentityAreLeftOut) {
  ReflectorPanel<TypeParam> panel(20, 6);
  for (const Index identity : {0, 3, 5}) {
    this->expect_product(panel, 20, 6, 9, 1, 0, identity);
  }
}

}  // namespace
}  // namespace rmtheat::linalg
