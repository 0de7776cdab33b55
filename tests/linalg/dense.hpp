#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <limits>
#include <vector>

#include "rmtheat/linalg/distributed_matrix.hpp"
#include "rmtheat/support/blas.hpp"

namespace rmtheat::linalg::testing {

using Complex = std::complex<double>;

/// All elements of a square matrix, (n, n) column by column, on every process. Collective.
template <Scalar T>
std::vector<Complex> gathered(const DistributedMatrix<T>& matrix) {
  const auto n = static_cast<std::size_t>(matrix.layout().rows());
  std::vector<double> parts(2 * n * n, 0.0);
  matrix.for_each([&](GlobalIndex row, GlobalIndex column, const T& element) {
    const std::size_t at = 2 * (column.offset() * n + row.offset());
    parts[at] = std::real(element);
    parts[at + 1] = std::imag(element);
  });
  matrix.layout().grid().communicator().all_reduce(parts, parallel::Reduction::sum);
  std::vector<Complex> elements(n * n);
  for (std::size_t k = 0; k < n * n; ++k) {
    elements[k] = {parts[2 * k], parts[2 * k + 1]};
  }
  return elements;
}

/// op(A) B of square matrices of dimension n.
inline std::vector<Complex> product(blas::Operation op, const std::vector<Complex>& a,
                                    const std::vector<Complex>& b, std::size_t n) {
  const auto size = static_cast<std::int64_t>(n);
  std::vector<Complex> result(n * n);
  blas::gemm(op, blas::Operation::none, size, size, size, Complex(1.0), a.data(), size, b.data(),
             size, Complex(0.0), result.data(), size);
  return result;
}

/// max |a - b|; a NaN counts as infinity, where a plain maximum would overlook it.
inline double largest_difference(const std::vector<Complex>& a, const std::vector<Complex>& b) {
  double largest = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const double difference = std::abs(a[k] - b[k]);
    largest = std::max(
        largest, std::isfinite(difference) ? difference : std::numeric_limits<double>::infinity());
  }
  return largest;
}

/// max |(H U - U diag(values))_jk|, on every process. Of h the lower triangle is read. Collective.
template <Scalar T>
double residual(const DistributedMatrix<T>& h, const std::vector<double>& values,
                const DistributedMatrix<T>& vectors) {
  const std::size_t n = values.size();
  auto whole = gathered(h);
  auto scaled = gathered(vectors);
  for (std::size_t column = 0; column < n; ++column) {
    for (std::size_t row = 0; row < column; ++row) {
      whole[column * n + row] = std::conj(whole[row * n + column]);
    }
  }
  const auto image = product(blas::Operation::none, whole, scaled, n);
  for (std::size_t k = 0; k < n * n; ++k) {
    scaled[k] *= values[k / n];
  }
  return largest_difference(image, scaled);
}

/// max |(U^dagger U - 1)_jk|, on every process. Collective.
template <Scalar T>
double orthogonality(const DistributedMatrix<T>& vectors) {
  const auto n = static_cast<std::size_t>(vectors.layout().rows());
  const auto u = gathered(vectors);
  std::vector<Complex> unity(n * n);
  for (std::size_t k = 0; k < n; ++k) {
    unity[k * n + k] = 1.0;
  }
  return largest_difference(product(blas::Operation::adjoint, u, u, n), unity);
}

}  // namespace rmtheat::linalg::testing
