#pragma once

#include <array>
#include <cstdint>

#include "rmtheat/linalg/blacs_grid.hpp"
#include "rmtheat/linalg/index.hpp"

namespace rmtheat::linalg {

/// ScaLAPACK's array descriptor.
using Descriptor = std::array<int, 9>;

/// How a rows x columns matrix is dealt out over a process grid: square blocks, cyclically in both
/// directions, the first block on process (0, 0).
///
/// Global indices are those of the matrix, local ones those of a process's own part, which lies in
/// memory column by column. A process outside the grid has no elements.
class BlockCyclic {
 public:
  using Index = std::int64_t;  ///< counts and distances

  /// Throws InputError unless rows, columns >= 1 and block_size >= 1.
  BlockCyclic(ProcessGrid grid, Index rows, Index columns, Index block_size);

  [[nodiscard]] const ProcessGrid& grid() const { return grid_; }
  [[nodiscard]] Index rows() const { return rows_; }
  [[nodiscard]] Index columns() const { return columns_; }
  [[nodiscard]] Index block_size() const { return block_size_; }

  [[nodiscard]] Index local_rows() const { return local_rows_; }
  [[nodiscard]] Index local_columns() const { return local_columns_; }
  [[nodiscard]] Index local_size() const { return local_rows_ * local_columns_; }
  /// Distance in memory between neighbouring columns, max(1, local_rows()).
  [[nodiscard]] Index leading_dimension() const;
  /// Local rows and columns of process (0, 0), which no other process exceeds.
  [[nodiscard]] Index largest_local_rows() const;
  [[nodiscard]] Index largest_local_columns() const;

  [[nodiscard]] GlobalIndex global_row(LocalIndex local) const {
    return global_index(local, grid_.my_row(), grid_.rows());
  }
  [[nodiscard]] GlobalIndex global_column(LocalIndex local) const {
    return global_index(local, grid_.my_column(), grid_.columns());
  }
  /// This process's first column that is not before `column`: the same where it owns that one,
  /// local_columns() past its last.
  [[nodiscard]] LocalIndex local_column(GlobalIndex column) const;
  /// The column of processes that owns it.
  [[nodiscard]] int owner_of_column(GlobalIndex column) const {
    return static_cast<int>(column.value() / block_size_ % grid_.columns());
  }

  /// For ScaLAPACK; its context is -1 outside the grid. Throws SystemError when a process's part
  /// has more elements than 32-bit integers count, on every process alike.
  [[nodiscard]] Descriptor descriptor() const;

 private:
  [[nodiscard]] GlobalIndex global_index(LocalIndex local, Index process, Index processes) const {
    const Index block = local.value() / block_size_;
    return GlobalIndex((block * processes + process) * block_size_ + local.value() % block_size_);
  }

  ProcessGrid grid_;
  Index rows_;
  Index columns_;
  Index block_size_;
  Index local_rows_ = 0;
  Index local_columns_ = 0;
};

/// Rows (or columns) out of `size` that process `process` of `processes` owns.
[[nodiscard]] BlockCyclic::Index local_count(BlockCyclic::Index size, BlockCyclic::Index block_size,
                                             BlockCyclic::Index process,
                                             BlockCyclic::Index processes);

/// Block size for a matrix of this dimension on a grid of this shape: 32, fewer where a process
/// would get less than two blocks in a direction (ScaLAPACK 2.2.1 can hang or fail with blocks near
/// the local size), at least 1.
[[nodiscard]] BlockCyclic::Index default_block_size(BlockCyclic::Index dimension, int grid_rows,
                                                    int grid_columns);
[[nodiscard]] inline BlockCyclic::Index default_block_size(BlockCyclic::Index dimension,
                                                           const ProcessGrid& grid) {
  return default_block_size(dimension, grid.rows(), grid.columns());
}

/// The most processes worth giving one matrix of this dimension: each has at least two full blocks
/// of 32 columns. More only add messages; the caller chooses its grid within this number.
[[nodiscard]] int useful_ranks(BlockCyclic::Index dimension);

}  // namespace rmtheat::linalg
