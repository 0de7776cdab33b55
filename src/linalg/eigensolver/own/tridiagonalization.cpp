#include "eigensolver/own/tridiagonalization.hpp"

#include <algorithm>
#include <array>
#include <complex>
#include <numeric>

#include "conjugate.hpp"
#include "eigensolver/own/hermitian_kernels.hpp"
#include "rmtheat/support/blas.hpp"
#include "rmtheat/support/blas_int.hpp"
#include "rmtheat/support/lapack.hpp"
#include "scalapack.hpp"

namespace rmtheat::linalg {
namespace {

using blas::Operation;

/// Local columns that are updated by one product: more of them are faster, fewer compute less above
/// the diagonal.
constexpr BlockCyclic::Index update_columns = 64;

/// What a message holds before the reflector.
constexpr BlockCyclic::Index header = 3;

std::size_t size(BlockCyclic::Index count) { return static_cast<std::size_t>(count); }

double real_part(double number) { return number; }
double real_part(const Complex& number) { return number.real(); }

}  // namespace

template <Scalar T>
BlockCyclic::Index Tridiagonalization<T>::workspace(BlockCyclic::Index dimension,
                                                    BlockCyclic::Index block_size,
                                                    BlockCyclic::Index local_columns) {
  const Index width = std::min(block_size, dimension);
  return 3 * width * dimension + 2 * width * local_columns + 2 * dimension + width + header;
}

template <Scalar T>
Tridiagonalization<T>::Tridiagonalization(const BlockCyclic& layout)
    : layout_(layout),
      width_(std::min(layout.block_size(), layout.rows())),
      panel_(size(3 * width_ * layout.rows())),
      coefficients_(size(2 * width_ * layout.local_columns())),
      message_(size(layout.rows() + header)),
      product_(size(layout.rows())),
      few_(size(width_)) {}

template <Scalar T>
void Tridiagonalization<T>::reduce(DistributedMatrix<T>& h, std::span<double> diagonal,
                                   std::span<double> off_diagonal, std::span<T> tau) {
  const auto& grid = layout_.grid();
  const Index n = layout_.rows();
  for (Index column = 0; column < n; ++column) {
    const Index k = column % width_;
    const Index first = column + 1;
    const Index rows = n - first;
    const int owner = layout_.owner_of_column(GlobalIndex(column));
    if (owner == grid.my_column()) {
      make_reflector(h, column, k);
    }
    row_broadcast(grid.context(), blas_int(header + rows, "length of a message"), 1,
                  message_.data(), owner, owner == grid.my_column());
    diagonal[size(column)] = real_part(message_[0]);
    if (rows == 0) {
      break;
    }
    off_diagonal[size(column)] = real_part(message_[1]);
    tau[size(column)] = message_[2];
    std::copy_n(message_.data() + header, rows, reflector(k, first));
    std::copy_n(message_.data() + header, rows, reflector(2 * width_ + k, first));

    std::fill_n(product_.data() + first, rows, T(0));
    multiply_remaining(h, first, reflector(k, first));
    correct_product(first, k);
    grid_sum(grid.context(), blas_int(rows, "number of rows"), product_.data() + first);
    set_update(first, k, message_[2]);
    if (k == width_ - 1) {
      update_remaining(h, first);
    }
  }
}

/// Brings the column up to date with the panel's reflectors before its own, the k-th, and makes
/// that. On the owner of the column.
template <Scalar T>
void Tridiagonalization<T>::make_reflector(DistributedMatrix<T>& h, Index column, Index k) {
  const Index n = layout_.rows();
  const Index rows = n - column;
  T* const a = h.local_column(layout_.local_column(GlobalIndex(column))).data() + column;
  if (k > 0) {
    const auto subtract = [&](const T* left, const T* right) {  // right's first row is the column's
      for (Index i = 0; i < k; ++i) {
        few_[size(i)] = conjugate(right[i * n]);
      }
      blas::gemv(Operation::none, rows, k, T(-1), left, n, few_.data(), T(1), a);
    };
    subtract(reflector(0, column), update(0, column));
    subtract(update(0, column), reflector(0, column));
  }
  message_[0] = real_part(a[0]);
  if (rows == 1) {
    return;
  }
  T tau{};
  const T beta = lapack::larfg(blas_int(rows - 1, "number of rows"), a + 1, &tau);
  message_[1] = beta;
  message_[2] = tau;
  message_[header] = T(1);
  std::copy_n(a + 2, rows - 2, message_.data() + header + 1);
}

/// product_ += A v from row `first` on, with this process's columns of the matrix as it was before
/// the panel.
template <Scalar T>
void Tridiagonalization<T>::multiply_remaining(const DistributedMatrix<T>& h, Index first,
                                               const T* v) {
  const Index n = layout_.rows();
  const T* const x = v - first;
  constexpr auto most = static_cast<Index>(hermitian_columns);
  Index local = layout_.local_column(GlobalIndex(first)).value();
  while (local < layout_.local_columns()) {
    const Index in_block = std::min(width_ - local % width_, layout_.local_columns() - local);
    const Index count = in_block % most == 0 ? most : in_block % most;
    const Index top = layout_.global_column(LocalIndex(local)).value();
    const T* const columns = h.local_column(LocalIndex(local)).data();
    for (Index k = 0; k < count; ++k) {
      const T* const a = columns + k * n;
      product_[size(top + k)] += real_part(a[top + k]) * x[top + k];
      for (Index row = top + k + 1; row < top + count; ++row) {
        product_[size(row)] += a[row] * x[top + k];
        product_[size(top + k)] += conjugate(a[row]) * x[row];
      }
    }
    const Index below = top + count;
    std::array<T, hermitian_columns> overlaps;
    multiply_both_sides(columns + below, size(n), size(n - below), size(count), x + top, x + below,
                        product_.data() + below, overlaps.data());
    for (Index k = 0; k < count; ++k) {
      product_[size(top + k)] += overlaps[size(k)];
    }
    local += count;
  }
}

/// product_ -= (V W^dagger + W V^dagger) v for the panel's reflectors before the k-th, v, of which
/// each process takes its share.
template <Scalar T>
void Tridiagonalization<T>::correct_product(Index first, Index k) {
  const auto& grid = layout_.grid();
  const Index begin = k * grid.my_column() / grid.columns();
  const Index count = k * (grid.my_column() + 1) / grid.columns() - begin;
  if (count == 0) {
    return;
  }
  const Index n = layout_.rows();
  const Index rows = n - first;
  const auto subtract = [&](const T* left, const T* right) {
    blas::gemv(Operation::adjoint, rows, count, T(1), right, n, reflector(k, first), T(0),
               few_.data());
    blas::gemv(Operation::none, rows, count, T(-1), left, n, few_.data(), T(1),
               product_.data() + first);
  };
  subtract(reflector(begin, first), update(begin, first));
  subtract(update(begin, first), reflector(begin, first));
}

/// w = x - (tau / 2) (x^dagger v) v with x = tau A v, so that the reflection from both sides is
/// A - v w^dagger - w v^dagger.
template <Scalar T>
void Tridiagonalization<T>::set_update(Index first, Index k, T tau) {
  const Index rows = layout_.rows() - first;
  const T* const v = reflector(k, first);
  T* const w = update(k, first);
  T overlap{};
  for (Index row = 0; row < rows; ++row) {
    w[row] = tau * product_[size(first + row)];
    overlap += conjugate(w[row]) * v[row];
  }
  const T factor = -0.5 * tau * overlap;
  for (Index row = 0; row < rows; ++row) {
    w[row] += factor * v[row];
  }
}

/// A -= V W^dagger + W V^dagger from row and column `first` on, with the whole panel. Elements
/// above the diagonal are not meant.
template <Scalar T>
void Tridiagonalization<T>::update_remaining(DistributedMatrix<T>& h, Index first) {
  const Index n = layout_.rows();
  const Index begin = layout_.local_column(GlobalIndex(first)).value();
  const Index end = layout_.local_columns();
  const Index inner = 2 * width_;
  for (Index i = 0; i < inner; ++i) {
    const T* const rows = reflector(width_ + i, 0);  // W, then V
    for (Index local = begin; local < end; ++local) {
      coefficients_[size((local - begin) * inner + i)] =
          conjugate(rows[layout_.global_column(LocalIndex(local)).value()]);
    }
  }
  for (Index local = begin; local < end; local += update_columns) {
    const Index top = layout_.global_column(LocalIndex(local)).value();
    blas::gemm(Operation::none, Operation::none, n - top, std::min(update_columns, end - local),
               inner, T(-1), reflector(0, top), n, coefficients_.data() + (local - begin) * inner,
               inner, T(1), h.local_column(LocalIndex(local)).data() + top, n);
  }
}

template class Tridiagonalization<double>;
template class Tridiagonalization<Complex>;

}  // namespace rmtheat::linalg
