#include "rmtheat/linalg/eigensolver/verification.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "blas_int.hpp"
#include "scalapack.hpp"

namespace rmtheat::linalg {
namespace {

/// max |element - expected(row, column)| over all processes; a NaN counts as infinity, where a
/// plain maximum would overlook it.
template <Scalar T, class F>
double largest_deviation(const DistributedMatrix<T>& matrix, const F& expected) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  double largest = 0.0;
  matrix.for_each([&](auto row, auto column, const T& element) {
    const double deviation = std::abs(element - T(expected(row, column)));
    largest = std::max(largest, std::isfinite(deviation) ? deviation : infinity);
  });
  return matrix.layout().grid().communicator().max(largest);
}

}  // namespace

template <Scalar T>
double residual(const DistributedMatrix<T>& h, const std::vector<double>& values,
                const DistributedMatrix<T>& vectors) {
  const auto& layout = vectors.layout();
  const auto descriptor = layout.descriptor();
  DistributedMatrix<T> product(layout);
  if (layout.grid().contains_me()) {
    phemm(blas_int(layout.rows(), "dimension"), h.data(), descriptor.data(), vectors.data(),
          descriptor.data(), product.data(), descriptor.data());
  }
  const T* vector_element = vectors.data();
  product.for_each([&](auto, auto column, T& element) {
    element -= *vector_element++ * values[static_cast<std::size_t>(column)];
  });
  return largest_deviation(product, [](auto, auto) { return 0.0; });
}

template <Scalar T>
double orthogonality(const DistributedMatrix<T>& vectors) {
  const auto& layout = vectors.layout();
  const auto descriptor = layout.descriptor();
  DistributedMatrix<T> product(layout);
  if (layout.grid().contains_me()) {
    pgemm('C', blas_int(layout.rows(), "dimension"), vectors.data(), descriptor.data(),
          vectors.data(), descriptor.data(), product.data(), descriptor.data());
  }
  return largest_deviation(product,
                           [](auto row, auto column) { return row == column ? 1.0 : 0.0; });
}

template double residual(const DistributedMatrix<double>&, const std::vector<double>&,
                         const DistributedMatrix<double>&);
template double residual(const DistributedMatrix<Complex>&, const std::vector<double>&,
                         const DistributedMatrix<Complex>&);
template double orthogonality(const DistributedMatrix<double>&);
template double orthogonality(const DistributedMatrix<Complex>&);

}  // namespace rmtheat::linalg
