#include "rmtheat/dynamics/diagonalization/matrix_elements.hpp"

#include <complex>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "dynamics/columns.hpp"

namespace rmtheat::dynamics {
namespace {

template <class T>
class MatrixElementsOf : public testing::Test {
 protected:
  /// Elements between `n_left` columns and `count` of `n_right` from `first` on, where E_1 is
  /// constant over `run` product states each.
  void expect_plain_sums(std::size_t dimension, std::size_t run, std::size_t n_left,
                         std::size_t n_right, std::size_t first, std::size_t count) {
    const auto left = test::random_numbers<T>(dimension * n_left, random_);
    const auto right = test::random_numbers<T>(dimension * n_right, random_);
    Diagonal energy = test::random_numbers<double>(dimension, random_);
    for (std::size_t a = 0; a < dimension; ++a) {
      energy[a] = energy[a - a % run];
    }
    std::vector<PanelOperator> operators(3);
    for (auto& an_operator : operators) {
      an_operator.diagonal = test::random_numbers<double>(dimension, random_);
    }
    for (const std::size_t factor : {2U, 0U}) {
      operators.push_back({product(operators[factor].diagonal, energy), factor});
    }
    const auto split_left = test::split(left, dimension);
    const auto split_right = test::split(right, dimension);
    elements_.set_operators(operators, energy);
    elements_.set_right(split_right);
    elements_.multiply(split_left, first, count);
    const double rounding = 1e-14 * static_cast<double>(dimension);
    for (std::size_t k = 0; k < operators.size(); ++k) {
      for (std::size_t m = 0; m < count; ++m) {
        for (std::size_t n = 0; n < n_left; ++n) {
          const auto exact =
              test::matrix_element(left.data() + n * dimension, operators[k].diagonal,
                                   right.data() + (first + m) * dimension);
          ASSERT_NEAR(elements_.column(0, k, m)[n], exact.real(), rounding) << k << m << n;
          if constexpr (MatrixElements<T>::parts == 2) {
            ASSERT_NEAR(elements_.column(1, k, m)[n], exact.imag(), rounding) << k << m << n;
          }
        }
      }
    }
  }

 private:
  std::mt19937_64 random_{5};
  MatrixElements<T> elements_;
};

using Scalars = testing::Types<double, std::complex<double>>;
TYPED_TEST_SUITE(MatrixElementsOf, Scalars);

// One object for all, wide panels before narrow ones: what its workspaces held does not matter.
TYPED_TEST(MatrixElementsOf, RaggedPanelsArePlainSums) {
  this->expect_plain_sums(37, 1, 19, 23, 0, 23);
  this->expect_plain_sums(37, 37, 5, 11, 4, 6);
  this->expect_plain_sums(40, 2, 7, 3, 2, 1);
  this->expect_plain_sums(1, 1, 1, 1, 0, 1);
  this->expect_plain_sums(131, 3, 70, 33, 31, 2);
}

// Those times E_1 follow from partial sums where its runs are long enough: whole and cut runs, more
// columns on the left than are taken at once.
TYPED_TEST(MatrixElementsOf, ProductsWithAnEnergyArePlainSums) {
  this->expect_plain_sums(36, 6, 19, 23, 3, 20);
  this->expect_plain_sums(65, 30, 5, 11, 4, 6);
  this->expect_plain_sums(50, 10, 400, 7, 0, 7);
  this->expect_plain_sums(12, 6, 1, 2, 1, 1);
}

// Further panels on the left and other columns on the right, after one set_right().
TYPED_TEST(MatrixElementsOf, TheRightSideServesManyProducts) {
  constexpr std::size_t dimension = 29;
  std::mt19937_64 random(6);
  const auto columns = test::random_numbers<TypeParam>(dimension * 8, random);
  const auto split = test::split(columns, dimension);
  const auto diagonal = test::random_numbers<double>(dimension, random);
  MatrixElements<TypeParam> elements;
  elements.set_operators({{diagonal}}, diagonal);
  elements.set_right(split);
  for (std::size_t n = 0; n < 8; ++n) {
    for (std::size_t m = 0; m < 8; ++m) {
      elements.multiply(std::span(split).subspan(n * dimension, dimension), m, 1);
      const auto exact = test::matrix_element(columns.data() + n * dimension, diagonal,
                                              columns.data() + m * dimension);
      EXPECT_NEAR(elements.column(0, 0, 0)[0], exact.real(), 1e-13);
    }
  }
}

}  // namespace
}  // namespace rmtheat::dynamics
