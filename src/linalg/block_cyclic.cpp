#include "rmtheat/linalg/block_cyclic.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "rmtheat/support/blas_int.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::linalg {
namespace {

constexpr BlockCyclic::Index usual_block_size = 32;
constexpr BlockCyclic::Index blocks_per_process = 2;

}  // namespace

BlockCyclic::BlockCyclic(ProcessGrid grid, Index rows, Index columns, Index block_size)
    : grid_(std::move(grid)), rows_(rows), columns_(columns), block_size_(block_size) {
  if (rows < 1 || columns < 1 || block_size < 1) {
    throw InputError(fmt::format("A {} x {} matrix in blocks of {} cannot be distributed.", rows,
                                 columns, block_size));
  }
  if (grid_.contains_me()) {
    local_rows_ = local_count(rows_, block_size_, grid_.my_row(), grid_.rows());
    local_columns_ = local_count(columns_, block_size_, grid_.my_column(), grid_.columns());
  }
}

BlockCyclic::Index BlockCyclic::leading_dimension() const {
  return std::max<Index>(1, local_rows_);
}

BlockCyclic::Index BlockCyclic::largest_local_rows() const {
  return local_count(rows_, block_size_, 0, grid_.rows());
}

BlockCyclic::Index BlockCyclic::largest_local_columns() const {
  return local_count(columns_, block_size_, 0, grid_.columns());
}

LocalIndex BlockCyclic::local_column(GlobalIndex column) const {
  return LocalIndex(local_count(column.value(), block_size_, grid_.my_column(), grid_.columns()));
}

Descriptor BlockCyclic::descriptor() const {
  blas_int(largest_local_rows() * largest_local_columns(),
           "number of matrix elements of one process");
  const int dense = 1;
  return {dense,
          grid_.context(),
          blas_int(rows_, "number of rows"),
          blas_int(columns_, "number of columns"),
          blas_int(block_size_, "block size"),
          blas_int(block_size_, "block size"),
          0,
          0,
          blas_int(leading_dimension(), "leading dimension")};
}

BlockCyclic::Index local_count(BlockCyclic::Index size, BlockCyclic::Index block_size,
                               BlockCyclic::Index process, BlockCyclic::Index processes) {
  const auto full_blocks = size / block_size;
  const auto own_full_blocks =
      full_blocks / processes + (process < full_blocks % processes ? 1 : 0);
  const auto remainder = process == full_blocks % processes ? size % block_size : 0;
  return own_full_blocks * block_size + remainder;
}

BlockCyclic::Index default_block_size(BlockCyclic::Index dimension, int grid_rows,
                                      int grid_columns) {
  const BlockCyclic::Index processes = std::max(grid_rows, grid_columns);
  return std::clamp<BlockCyclic::Index>(dimension / (blocks_per_process * processes), 1,
                                        usual_block_size);
}

int useful_ranks(BlockCyclic::Index dimension) {
  return static_cast<int>(std::clamp<BlockCyclic::Index>(
      dimension / (blocks_per_process * usual_block_size), 1, std::numeric_limits<int>::max()));
}

}  // namespace rmtheat::linalg
