#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "rmtheat/linalg/distributed_matrix.hpp"
#include "rmtheat/linalg/eigensolver/eigensolver.hpp"

namespace rmtheat::linalg {

template <Scalar T>
constexpr bool is_complex = !std::is_same_v<T, double>;

/// Lengths of the work arrays: of the matrix's element type, of real numbers (complex matrices
/// only) and of integers. 64 bits, to find out whether 32 are enough.
struct WorkspaceSizes {
  BlockCyclic::Index work = 0;
  BlockCyclic::Index real = 0;
  BlockCyclic::Index integer = 0;

  [[nodiscard]] BlockCyclic::Index largest() const { return std::max({work, real, integer}); }
};

/// On process (0, 0), which has the largest part. None for ELPA, which allocates its own.
template <Scalar T>
WorkspaceSizes workspace_sizes(const MatrixShape& shape, Eigensolver eigensolver,
                               TridiagonalizationChoice choice);

/// The work arrays and their lengths as the libraries take them.
template <Scalar T>
struct Workspace {
  /// Throws SystemError when a length exceeds 32 bits.
  Workspace(const BlockCyclic& layout, Eigensolver eigensolver, TridiagonalizationChoice choice);

  HugePageVector<T> work;
  HugePageVector<double> real;
  std::vector<int> integer;
  int work_length;
  int real_length;
  int integer_length;
};

}  // namespace rmtheat::linalg
