#include "rmtheat/dynamics/diagonalization/matrix_elements.hpp"

#include <algorithm>
#include <complex>

#include "rmtheat/support/blas.hpp"

namespace rmtheat::dynamics {
namespace {

using Complex = std::complex<double>;

/// std::complex<double> is layout-compatible with double[2].
template <class T>
const double* as_reals(std::span<const T> columns) {
  return reinterpret_cast<const double*>(columns.data());
}

}  // namespace

template <class T>
void MatrixElements<T>::apply_operator(const Diagonal& diagonal, const double* column,
                                       std::size_t to) {
  for (std::size_t part = 0; part < parts; ++part) {
    double* out = right_[part].data() + to;
    const double* in = column + part * dimension_;
    for (std::size_t a = 0; a < dimension_; ++a) {
      out[a] = diagonal[a] * in[a];
    }
  }
  if constexpr (parts == 2) {
    std::transform(right_[0].data() + to, right_[0].data() + to + dimension_, right_[1].data() + to,
                   right_[2].data() + to, std::plus<>());
  }
}

template <class T>
void MatrixElements<T>::set_right(std::span<const T> columns,
                                  const std::vector<Diagonal>& operators) {
  operators_ = operators.size();
  dimension_ = operators.front().size();
  const std::size_t n_right = columns.size() / dimension_;
  for (auto& numbers : right_) {
    grow(numbers, dimension_ * operators_ * n_right);
  }
  const double* column = as_reals(columns);
  for (std::size_t m = 0; m < n_right; ++m, column += parts * dimension_) {
    for (std::size_t k = 0; k < operators_; ++k) {
      apply_operator(operators[k], column, (m * operators_ + k) * dimension_);
    }
  }
}

template <class T>
void MatrixElements<T>::multiply(std::span<const T> columns, std::size_t first, std::size_t count) {
  n_left_ = columns.size() / dimension_;
  const std::size_t n_all = operators_ * count;
  const std::size_t size = n_left_ * n_all;
  for (auto& product : products_) {
    grow(product, size);
  }
  const auto multiply = [&](const double* left, std::size_t stride, std::size_t which) {
    blas::gemm(blas::Operation::transpose, blas::Operation::none,
               static_cast<std::int64_t>(n_left_), static_cast<std::int64_t>(n_all),
               static_cast<std::int64_t>(dimension_), 1.0, left, static_cast<std::int64_t>(stride),
               right_[which].data() + first * operators_ * dimension_,
               static_cast<std::int64_t>(dimension_), 0.0, products_[which].data(),
               static_cast<std::int64_t>(n_left_));
  };
  const double* left = as_reals(columns);
  multiply(left, parts * dimension_, 0);
  if constexpr (parts == 2) {
    grow(left_difference_, n_left_ * dimension_);
    for (std::size_t n = 0; n < n_left_; ++n) {
      const double* column = left + 2 * dimension_ * n;
      double* difference = left_difference_.data() + dimension_ * n;
      for (std::size_t a = 0; a < dimension_; ++a) {
        difference[a] = column[a] - column[dimension_ + a];
      }
    }
    multiply(left + dimension_, 2 * dimension_, 1);
    multiply(left_difference_.data(), dimension_, 2);
    auto& [real, imaginary, cross] = products_;
    for (std::size_t k = 0; k < size; ++k) {
      const double p = real[k];
      const double q = imaginary[k];
      real[k] = p + q;
      imaginary[k] = cross[k] - p + q;
    }
  }
}

template class MatrixElements<double>;
template class MatrixElements<Complex>;

}  // namespace rmtheat::dynamics
