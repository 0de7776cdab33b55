#pragma once

#include <span>

#include "eigensolver/own/reflector_panel.hpp"
#include "rmtheat/linalg/distributed_matrix.hpp"

namespace rmtheat::linalg {

/// Multiplies by the unitary matrix that brought a Hermitian matrix to tridiagonal form, for
/// matrices whose columns are whole on each process (a process grid of one row).
///
/// pzhetrd and pdsytrd leave it as reflectors, Q = H_1 H_2 ... H_(n-1) with H_i = 1 - tau_i v_i
/// v_i^dagger. Panels of them (see ReflectorPanel) are several blocks of the matrix's distribution
/// wide, as the products like it, where pzunmtr takes one block at a time; each is broadcast once,
/// and all else is local.
template <Scalar T>
class BackTransformation {
 public:
  /// `layout` is that of the matrix and of the vectors. Allocates.
  explicit BackTransformation(const BlockCyclic& layout);

  /// Numbers of type T that it keeps, at most, for a matrix of this shape.
  static BlockCyclic::Index workspace(BlockCyclic::Index dimension, BlockCyclic::Index block_size);

  /// vectors = Q vectors. `reduced` holds v_i below its first, unit element in column i below the
  /// subdiagonal; `tau`, (n - 1) at least, is the same on every process. Collective over the
  /// grid's.
  void apply(const DistributedMatrix<T>& reduced, std::span<const T> tau,
             DistributedMatrix<T>& vectors);

 private:
  using Index = BlockCyclic::Index;

  void fetch_panel(const DistributedMatrix<T>& reduced, Index first, Index width);

  BlockCyclic layout_;
  Index panel_width_;
  ReflectorPanel<T> panel_;
};

}  // namespace rmtheat::linalg
