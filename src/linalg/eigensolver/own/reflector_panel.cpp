#include "eigensolver/own/reflector_panel.hpp"

#include <algorithm>
#include <complex>
#include <functional>

#include "conjugate.hpp"
#include "eigensolver/workspace.hpp"
#include "rmtheat/linalg/split_columns.hpp"
#include "rmtheat/support/blas.hpp"

namespace rmtheat::linalg {
namespace {

using blas::Operation;
using Complex = std::complex<double>;
using Index = BlockCyclic::Index;

/// Columns are taken this many at a time, so that they stay in the cache between the products.
constexpr Index tile_width = 256;

std::size_t product_of(Index a, Index b) { return static_cast<std::size_t>(a * b); }

}  // namespace

template <Scalar T>
Index ReflectorPanel<T>::workspace(Index rows, Index width) {
  const Index real = rows * (width + tile_width) + 3 * width * tile_width;
  return width * (rows + width + tile_width) + (is_complex<T> ? real / 2 + 1 : 0);
}

template <Scalar T>
ReflectorPanel<T>::ReflectorPanel(Index rows, Index width)
    : reflectors_(product_of(rows, width)),
      triangle_(product_of(width, width)),
      product_(product_of(width, tile_width)) {
  if constexpr (is_complex<T>) {
    difference_.resize(product_of(rows, width));
    common_.resize(product_of(rows, tile_width));
    parts_.resize(3 * product_.size());
  }
}

template <Scalar T>
void ReflectorPanel<T>::set_factors(std::span<const T> tau, Index rows) {
  rows_ = rows;
  width_ = static_cast<Index>(tau.size());
  const auto factor = [&](Index k) { return tau[static_cast<std::size_t>(k)]; };
  for (Index k = 0; k < width_; ++k) {
    if (factor(k) == T(0)) {  // the identity, which has no 1/tau
      std::fill_n(reflectors_.data() + k * rows, rows, T(0));
    }
  }
  blas::herk(Operation::adjoint, width_, rows, 1.0, reflectors_.data(), rows, 0.0, triangle_.data(),
             width_);
  for (Index k = 0; k < width_; ++k) {
    triangle_[static_cast<std::size_t>(k * (width_ + 1))] =
        factor(k) == T(0) ? T(1) : conjugate(T(1) / factor(k));
  }
  split_reflectors();
}

template <>
void ReflectorPanel<double>::split_reflectors() {}

template <>
void ReflectorPanel<Complex>::split_reflectors() {
  const auto rows = static_cast<std::size_t>(rows_);
  const auto used = std::span(reflectors_).first(product_of(rows_, width_));
  split_columns(used, rows);
  auto* real = reinterpret_cast<double*>(used.data());
  double* difference = difference_.data();
  for (Index k = 0; k < width_; ++k, real += 2 * rows, difference += rows) {
    double* const imaginary = real + rows;
    for (std::size_t a = 0; a < rows; ++a) {
      difference[a] = real[a] - imaginary[a];
      imaginary[a] += real[a];
    }
  }
}

template <Scalar T>
void ReflectorPanel<T>::apply(std::span<T> columns, Index leading, Index first) {
  const Index count = static_cast<Index>(columns.size()) / leading;
  for (Index j = 0; j < count; j += tile_width) {
    apply_to_tile(columns.data() + j * leading, leading, first, std::min(tile_width, count - j));
  }
}

template <>
void ReflectorPanel<double>::apply_to_tile(double* columns, Index leading, Index first,
                                           Index count) {
  double* const c = columns + first;
  blas::gemm(Operation::transpose, Operation::none, width_, count, rows_, 1.0, reflectors_.data(),
             rows_, c, leading, 0.0, product_.data(), width_);
  blas::solve_triangle(Operation::adjoint, width_, count, triangle_.data(), width_, product_.data(),
                       width_);
  blas::gemm(Operation::none, Operation::none, rows_, count, width_, -1.0, reflectors_.data(),
             rows_, product_.data(), width_, 1.0, c, leading);
}

template <>
void ReflectorPanel<Complex>::apply_to_tile(Complex* columns, Index leading, Index first,
                                            Index count) {
  const Index stride = 2 * leading;
  double* const c = reinterpret_cast<double*>(columns) + first;
  double* const d = c + leading;
  const auto* const a = reinterpret_cast<const double*>(reflectors_.data());
  const double* const sum = a + rows_;
  const double* const difference = difference_.data();
  double* const common = common_.data();
  const std::size_t size = product_of(width_, count);
  double* const w_real = parts_.data();
  double* const w_imaginary = w_real + size;
  double* const w_sum = w_imaginary + size;

  // V^dagger C: as V W above, with -B in B's place.
  for (Index j = 0; j < count; ++j) {
    std::transform(c + j * stride, c + j * stride + rows_, d + j * stride, common + j * rows_,
                   std::plus<>());
  }
  const auto multiply_adjoint = [&](double factor, const double* v, Index v_stride, const double* x,
                                    Index x_stride, double keep, double* y) {
    blas::gemm(Operation::transpose, Operation::none, width_, count, rows_, factor, v, v_stride, x,
               x_stride, keep, y, width_);
  };
  multiply_adjoint(1.0, a, 2 * rows_, common, rows_, 0.0, w_real);
  std::copy_n(w_real, size, w_imaginary);
  multiply_adjoint(-1.0, difference, rows_, d, stride, 1.0, w_real);
  multiply_adjoint(-1.0, sum, 2 * rows_, c, stride, 1.0, w_imaginary);

  for (std::size_t k = 0; k < size; ++k) {
    product_[k] = {w_real[k], w_imaginary[k]};
  }
  blas::solve_triangle(Operation::adjoint, width_, count, triangle_.data(), width_, product_.data(),
                       width_);
  for (std::size_t k = 0; k < size; ++k) {
    w_real[k] = product_[k].real();
    w_imaginary[k] = product_[k].imag();
    w_sum[k] = w_real[k] + w_imaginary[k];
  }

  const auto multiply = [&](const double* v, Index v_stride, const double* w, double keep,
                            double* y, Index y_stride) {
    blas::gemm(Operation::none, Operation::none, rows_, count, width_, 1.0, v, v_stride, w, width_,
               keep, y, y_stride);
  };
  multiply(a, 2 * rows_, w_sum, 0.0, common, rows_);
  multiply(sum, 2 * rows_, w_imaginary, 1.0, c, stride);
  multiply(difference, rows_, w_real, 1.0, d, stride);
  for (Index j = 0; j < count; ++j) {
    const double* const k = common + j * rows_;
    double* const real = c + j * stride;
    double* const imaginary = d + j * stride;
    for (Index i = 0; i < rows_; ++i) {
      real[i] -= k[i];
      imaginary[i] -= k[i];
    }
  }
}

template class ReflectorPanel<double>;
template class ReflectorPanel<Complex>;

}  // namespace rmtheat::linalg
