#include "coupling/product_sum.hpp"

#include <algorithm>
#include <cstdint>

#include "rmtheat/support/blas.hpp"

namespace rmtheat::model {

template <class T>
std::complex<double> ProductSum<T>::element(std::size_t row, std::size_t column) const {
  T lower{};
  draw_column(std::max(row, column), std::min(row, column), std::span(&lower, 1));
  return row < column ? std::conj(std::complex<double>(lower)) : std::complex<double>(lower);
}

template <class T>
void ProductSum<T>::draw_column(std::size_t row, std::size_t column, std::span<T> elements) const {
  const auto [n1, n2] = sizes_;
  const std::size_t column_1 = column / n2;
  const std::size_t column_2 = column % n2;
  std::ranges::fill(elements, T(0));
  for (std::size_t k = 0; k < terms(); ++k) {
    const T* const a = (*factors_)[0].data() + (k * n1 + column_1) * n1;
    const T* const b = (*factors_)[1].data() + (k * n2 + column_2) * n2;
    for (std::size_t done = 0; done < elements.size();) {
      const T factor = a[(row + done) / n2];
      const std::size_t first = (row + done) % n2;
      const std::size_t count = std::min(n2 - first, elements.size() - done);
      for (std::size_t j = 0; j < count; ++j) {
        elements[done + j] += factor * b[first + j];
      }
      done += count;
    }
  }
  if (row == column && !elements.empty()) {
    elements[0] = std::real(elements[0]);
  }
}

template <class T>
void ProductSum<T>::multiply(std::span<const T> x, std::size_t first, std::span<T> rows) const {
  using blas::Operation;
  if (rows.empty()) {
    return;
  }
  // Column i of the matrix x, (N2, N1) column-major, is the state of system 2 beside level i of
  // system 1. The whole columns that the rows lie in are made.
  const auto n1 = static_cast<std::int64_t>(sizes_[0]);
  const auto n2 = static_cast<std::int64_t>(sizes_[1]);
  const std::size_t first_column = first / sizes_[1];
  const auto columns =
      static_cast<std::int64_t>((first + rows.size() - 1) / sizes_[1] - first_column + 1);
  half_.resize(static_cast<std::size_t>(n2 * columns));
  product_.resize(half_.size());
  for (std::size_t k = 0; k < terms(); ++k) {
    const T* const a = (*factors_)[0].data() + k * sizes_[0] * sizes_[0] + first_column;
    const T* const b = (*factors_)[1].data() + k * sizes_[1] * sizes_[1];
    blas::gemm3m(Operation::none, Operation::transpose, n2, columns, n1, T(1), x.data(), n2, a, n1,
                 T(0), half_.data(), n2);
    blas::gemm3m(Operation::none, Operation::none, n2, columns, n2, T(1), b, n2, half_.data(), n2,
                 T(k == 0 ? 0 : 1), product_.data(), n2);
  }
  std::copy_n(product_.begin() + static_cast<std::ptrdiff_t>(first - first_column * sizes_[1]),
              rows.size(), rows.begin());
}

template class ProductSum<double>;
template class ProductSum<std::complex<double>>;

}  // namespace rmtheat::model
