#include "eigensolver/own/back_transformation.hpp"

#include <algorithm>
#include <complex>

#include "rmtheat/linalg/split_columns.hpp"
#include "rmtheat/support/blas_int.hpp"
#include "scalapack.hpp"

namespace rmtheat::linalg {
namespace {

/// Reflectors of a panel: the products run at the full speed of the BLAS from about here on.
constexpr BlockCyclic::Index wanted_panel_width = 128;

BlockCyclic::Index width_of_panels(BlockCyclic::Index dimension, BlockCyclic::Index block_size) {
  const auto blocks = std::max<BlockCyclic::Index>(1, wanted_panel_width / block_size);
  return std::min(dimension, blocks * block_size);
}

}  // namespace

template <Scalar T>
BlockCyclic::Index BackTransformation<T>::workspace(Index dimension, Index block_size) {
  return ReflectorPanel<T>::workspace(dimension, width_of_panels(dimension, block_size));
}

template <Scalar T>
BackTransformation<T>::BackTransformation(const BlockCyclic& layout)
    : layout_(layout),
      panel_width_(width_of_panels(layout.rows(), layout.block_size())),
      panel_(layout.rows(), panel_width_) {}

template <Scalar T>
void BackTransformation<T>::apply(const DistributedMatrix<T>& reduced, std::span<const T> tau,
                                  DistributedMatrix<T>& vectors) {
  const Index n = layout_.rows();
  const Index reflectors = n - 1;
  const auto length = static_cast<std::size_t>(n);
  split_columns(vectors.local(), length);
  for (Index end = reflectors; end > 0;) {
    const Index first = (end - 1) / panel_width_ * panel_width_;
    const Index width = end - first;
    end = first;
    fetch_panel(reduced, first, width);
    if (layout_.local_columns() > 0) {
      panel_.set_factors(
          tau.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(width)),
          reflectors - first);
      panel_.apply(vectors.local(), n, first + 1);
    }
  }
  join_columns(vectors.local(), length);
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
    const int owner = layout_.owner_of_column(GlobalIndex(start));
    T* const part = panel_.reflectors() + (start - first) * rows;
    if (owner == grid.my_column()) {
      const LocalIndex local = layout_.local_column(GlobalIndex(start));
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
                  part, owner, owner == grid.my_column());
  }
}

template class BackTransformation<double>;
template class BackTransformation<Complex>;

}  // namespace rmtheat::linalg
