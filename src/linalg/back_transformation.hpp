#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rmtheat/linalg/distributed_matrix.hpp"

namespace rmtheat::linalg {

/// Multiplies by the unitary matrix that brought a Hermitian matrix to tridiagonal form, for
/// matrices whose columns are whole on each process (a process grid of one row).
///
/// pzhetrd and pdsytrd leave it as reflectors, Q = H_1 H_2 ... H_(n-1) with H_i = 1 - tau_i v_i
/// v_i^dagger. A panel of k of them is 1 - V T V^dagger with
///
///   T^(-1) = diag(1/tau) + (strict upper triangle of V^dagger V)
///
/// (Puglisi 1992; Joffrain et al., ACM TOMS 32, 169 (2006)). Panels are several blocks of the
/// matrix's distribution wide, as the products like it, where pzunmtr takes one block at a time;
/// each is broadcast once, and all else is local.
template <Scalar T>
class BackTransformation {
 public:
  /// `layout` is that of the matrix and of the vectors. Allocates.
  explicit BackTransformation(const BlockCyclic& layout);

  /// Numbers of type T that it keeps, at most, for a matrix of this shape.
  static BlockCyclic::Index workspace(BlockCyclic::Index dimension, BlockCyclic::Index block_size,
                                      BlockCyclic::Index local_columns);

  /// vectors = Q vectors. `reduced` holds v_i below its first, unit element in column i below the
  /// subdiagonal; `tau`, (n - 1) at least, is the same on every process. Collective over the
  /// grid's.
  void apply(const DistributedMatrix<T>& reduced, std::span<const T> tau,
             DistributedMatrix<T>& vectors);

 private:
  using Index = BlockCyclic::Index;

  void fetch_panel(const DistributedMatrix<T>& reduced, Index first, Index width);
  void form_triangle(std::span<const T> tau, Index rows, Index width);

  BlockCyclic layout_;
  Index panel_width_;
  HugePageVector<T> panel_;     ///< V, (rows, width)
  HugePageVector<T> triangle_;  ///< T^(-dagger), lower, (width, width)
  HugePageVector<T>
      product_;  ///< V^dagger vectors, then T V^dagger vectors, (width, local columns)
};

}  // namespace rmtheat::linalg
