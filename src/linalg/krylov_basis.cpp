#include "rmtheat/linalg/krylov_basis.hpp"

#include <algorithm>
#include <complex>

#include "rmtheat/linalg/blas.hpp"

namespace rmtheat::linalg {

template <Scalar T>
std::span<const T> KrylovBasis<T>::column(std::size_t k) const {
  return std::span(panels_[k / panel_width]).subspan(k % panel_width * rows_, rows_);
}

template <Scalar T>
T* KrylovBasis<T>::column_data(std::size_t k) {
  return panels_[k / panel_width].data() + k % panel_width * rows_;
}

template <Scalar T>
void KrylovBasis<T>::reserve(std::size_t vectors) {
  while (panels_.size() * panel_width < vectors) {
    panels_.emplace_back(rows_ * panel_width);
  }
}

template <Scalar T>
std::span<T> KrylovBasis<T>::candidate() {
  reserve(size_ + 1);
  return {column_data(size_), rows_};
}

template <Scalar T>
template <class F>
void KrylovBasis<T>::for_each_block(F&& f) const {
  for (std::size_t first = 0; first < rows_; first += block_rows) {
    f(first, std::min(block_rows, rows_ - first));
  }
}

template <Scalar T>
void KrylovBasis<T>::subtract(std::size_t n, std::size_t first, std::size_t rows,
                              std::span<const T> coefficients, T* target) {
  for (std::size_t k = 0; k < n; k += panel_width) {
    gemv(Operation::none, static_cast<std::int64_t>(rows),
         static_cast<std::int64_t>(std::min(panel_width, n - k)), T(-1), column_data(k) + first,
         static_cast<std::int64_t>(rows_), coefficients.data() + k, T(1), target);
  }
}

template <Scalar T>
void KrylovBasis<T>::add_overlaps(std::size_t n, std::size_t first, std::size_t rows,
                                  const T* source, T* overlaps) {
  for (std::size_t k = 0; k < n; k += panel_width) {
    gemv(Operation::adjoint, static_cast<std::int64_t>(rows),
         static_cast<std::int64_t>(std::min(panel_width, n - k)), T(1), column_data(k) + first,
         static_cast<std::int64_t>(rows_), source, T(1), overlaps + k);
  }
}

template <Scalar T>
double KrylovBasis<T>::project(std::span<const T> coefficients, std::span<T> overlaps) {
  T* const vector = candidate().data();
  std::ranges::fill(overlaps, T(0));
  double norm = 0.0;
  for_each_block([&](std::size_t first, std::size_t rows) {
    subtract(size_, first, rows, coefficients, vector + first);
    add_overlaps(size_, first, rows, vector + first, overlaps.data());
    for (std::size_t row = first; row < first + rows; ++row) {
      norm += std::norm(vector[row]);
    }
  });
  return norm;
}

template <Scalar T>
void KrylovBasis<T>::finish_block(std::size_t n, std::size_t first, std::size_t rows,
                                  std::span<const T> coefficients, double scale) {
  T* const target = column_data(n) + first;
  subtract(n, first, rows, coefficients, target);
  std::for_each(target, target + rows, [scale](T& element) { element *= scale; });
}

template <Scalar T>
void KrylovBasis<T>::apply_block(std::size_t n, std::size_t first, std::size_t rows,
                                 const Images& images, std::size_t count, std::span<T> overlaps) {
  images_.resize(rows * count);
  images(first, column(n - 1).subspan(first, rows), images_);
  for (std::size_t image = 0; image < count; ++image) {
    add_overlaps(n, first, rows, images_.data() + image * rows, overlaps.data() + image * n);
  }
  std::copy_n(images_.data() + (count - 1) * rows, rows, column_data(n) + first);
}

template <Scalar T>
void KrylovBasis<T>::accept(std::span<const T> coefficients, double scale) {
  reserve(size_ + 1);
  for_each_block([&](std::size_t first, std::size_t rows) {
    finish_block(size_, first, rows, coefficients, scale);
  });
  ++size_;
}

template <Scalar T>
void KrylovBasis<T>::apply(const Images& images, std::size_t count, std::span<T> overlaps) {
  reserve(size_ + 1);
  std::ranges::fill(overlaps, T(0));
  for_each_block([&](std::size_t first, std::size_t rows) {
    apply_block(size_, first, rows, images, count, overlaps);
  });
}

template <Scalar T>
void KrylovBasis<T>::accept_and_apply(std::span<const T> coefficients, double scale,
                                      const Images& images, std::size_t count,
                                      std::span<T> overlaps) {
  reserve(size_ + 2);
  std::ranges::fill(overlaps, T(0));
  for_each_block([&](std::size_t first, std::size_t rows) {
    finish_block(size_, first, rows, coefficients, scale);
    apply_block(size_ + 1, first, rows, images, count, overlaps);
  });
  ++size_;
}

template class KrylovBasis<double>;
template class KrylovBasis<std::complex<double>>;

}  // namespace rmtheat::linalg
