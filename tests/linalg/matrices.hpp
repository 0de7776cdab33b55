#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <utility>
#include <vector>

#include "rmtheat/linalg/distributed_matrix.hpp"

namespace rmtheat::linalg::testing {

/// A Hermitian matrix without structure, the same on every distribution: irrational phases of row
/// and column. Norm of order sqrt(dimension).
template <Scalar T>
T hermitian_element(BlockCyclic::Index row, BlockCyclic::Index column) {
  const auto low = static_cast<double>(std::min(row, column));
  const auto high = static_cast<double>(std::max(row, column));
  const double phase = 12.9898 * low * low + 78.233 * high * high + 3.7 * low * high;
  if constexpr (std::is_same_v<T, double>) {
    return std::sin(phase);
  } else {
    if (row == column) {
      return std::sin(phase);
    }
    const T value(std::sin(phase), std::cos(1.3 * phase));
    return row > column ? value : std::conj(value);
  }
}

/// Sets every element to f(row, column).
template <Scalar T, class F>
void fill(DistributedMatrix<T>& matrix, F&& f) {
  matrix.for_each([&](GlobalIndex row, GlobalIndex column, T& element) {
    element = f(row.value(), column.value());
  });
}

/// Sets the elements on and below the diagonal to f(row, column), the others to zero: all that
/// Hermitian eigensolvers read.
template <Scalar T, class F>
void fill_lower(DistributedMatrix<T>& matrix, F&& f) {
  fill(matrix, [&](BlockCyclic::Index row, BlockCyclic::Index column) {
    return row >= column ? f(row, column) : T{};
  });
}

/// All grid shapes for this many ranks, those that leave ranks idle included.
inline std::vector<std::pair<int, int>> grid_shapes(int ranks) {
  std::vector<std::pair<int, int>> shapes;
  for (int rows = 1; rows <= ranks; ++rows) {
    for (int columns = 1; rows * columns <= ranks; ++columns) {
      shapes.emplace_back(rows, columns);
    }
  }
  return shapes;
}

}  // namespace rmtheat::linalg::testing
