#include "back_transformation.hpp"

#include <algorithm>
#include <complex>

#include "blas_int.hpp"
#include "conjugate.hpp"
#include "rmtheat/linalg/blas.hpp"
#include "scalapack.hpp"

namespace rmtheat::linalg {
namespace {

/// Columns of a panel: the products run at the full speed of the BLAS from about here on.
constexpr BlockCyclic::Index wanted_panel_width = 128;

BlockCyclic::Index width_of_panels(BlockCyclic::Index dimension, BlockCyclic::Index block_size) {
  const auto blocks = std::max<BlockCyclic::Index>(1, wanted_panel_width / block_size);
  return std::min(dimension, blocks * block_size);
}

}  // namespace

template <Scalar T>
BlockCyclic::Index BackTransformation<T>::workspace(Index dimension, Index block_size,
                                                    Index local_columns) {
  const Index width = width_of_panels(dimension, block_size);
  return width * (dimension + width + local_columns);
}

template <Scalar T>
BackTransformation<T>::BackTransformation(const BlockCyclic& layout)
    : layout_(layout),
      panel_width_(width_of_panels(layout.rows(), layout.block_size())),
      panel_(static_cast<std::size_t>(panel_width_ * layout.rows())),
      triangle_(static_cast<std::size_t>(panel_width_ * panel_width_)),
      product_(static_cast<std::size_t>(panel_width_ * layout.local_columns())) {}

template <Scalar T>
void BackTransformation<T>::apply(const DistributedMatrix<T>& reduced, std::span<const T> tau,
                                  DistributedMatrix<T>& vectors) {
  const Index n = layout_.rows();
  const Index columns = layout_.local_columns();
  const Index reflectors = n - 1;
  for (Index end = reflectors; end > 0;) {
    const Index first = (end - 1) / panel_width_ * panel_width_;
    const Index width = end - first;
    end = first;
    fetch_panel(reduced, first, width);
    if (columns == 0) {
      continue;
    }
    const Index rows = reflectors - first;
    form_triangle(tau.subspan(static_cast<std::size_t>(first)), rows, width);
    T* const target = vectors.data() + first + 1;
    gemm(Operation::adjoint, Operation::none, width, columns, rows, T(1), panel_.data(), rows,
         target, n, T(0), product_.data(), width);
    solve_triangle(Operation::adjoint, width, columns, triangle_.data(), width, product_.data(),
                   width);
    gemm(Operation::none, Operation::none, rows, columns, width, T(-1), panel_.data(), rows,
         product_.data(), width, T(1), target, n);
  }
}

/// The reflectors [first, first + width) as the columns of V, from each block's owner.
template <Scalar T>
void BackTransformation<T>::fetch_panel(const DistributedMatrix<T>& reduced, Index first,
                                        Index width) {
  const auto& grid = layout_.grid();
  const Index block = layout_.block_size();
  const Index rows = layout_.rows() - 1 - first;
  for (Index start = first; start < first + width; start += block) {
    const Index count = std::min(block, first + width - start);
    const Index owner = start / block % grid.columns();
    T* const part = panel_.data() + (start - first) * rows;
    if (owner == grid.my_column()) {
      const Index local = start / block / grid.columns() * block;
      for (Index k = 0; k < count; ++k) {
        const auto column =
            reduced.local_column(local + k).subspan(static_cast<std::size_t>(first) + 1);
        T* const v = part + k * rows;
        const Index unit = start + k - first;
        std::fill_n(v, unit, T(0));
        v[unit] = T(1);
        std::copy(column.begin() + unit + 1, column.end(), v + unit + 1);
      }
    }
    row_broadcast(grid.context(), blas_int(rows, "number of rows"), blas_int(count, "block size"),
                  part, static_cast<int>(owner), owner == grid.my_column());
  }
}

/// T^(-dagger), lower, from the lower triangle of V^dagger V.
template <Scalar T>
void BackTransformation<T>::form_triangle(std::span<const T> tau, Index rows, Index width) {
  const auto factor = [&](Index k) { return tau[static_cast<std::size_t>(k)]; };
  for (Index k = 0; k < width; ++k) {
    if (factor(k) == T(0)) {  // the identity, which has no 1/tau
      std::fill_n(panel_.data() + k * rows, rows, T(0));
    }
  }
  herk(Operation::adjoint, width, rows, 1.0, panel_.data(), rows, 0.0, triangle_.data(), width);
  for (Index k = 0; k < width; ++k) {
    triangle_[static_cast<std::size_t>(k * (width + 1))] =
        factor(k) == T(0) ? T(1) : conjugate(T(1) / factor(k));
  }
}

template class BackTransformation<double>;
template class BackTransformation<Complex>;

}  // namespace rmtheat::linalg
