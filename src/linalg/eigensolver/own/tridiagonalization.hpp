#pragma once

#include <span>
#include <vector>

#include "rmtheat/linalg/distributed_matrix.hpp"

namespace rmtheat::linalg {

/// Brings a Hermitian matrix to real tridiagonal form by Householder reflections, for matrices
/// whose columns are whole on each process (a process grid of one row).
///
/// The blocked algorithm of LAPACK's zhetrd and dsytrd (Dongarra, Sorensen and Hammarling, J.
/// Comput. Appl. Math. 27, 215 (1989)): Q^dagger A Q = T with Q = H_1 H_2 ... H_(n-1) and H_i =
/// 1 - tau_i v_i v_i^dagger. Half of the arithmetic is one product of the remaining matrix with v_i
/// for each i, which runs at the speed of the memory: here one passage through the lower triangle
/// each, where pzhetrd makes two. Every process keeps the panel's reflectors whole, so that an i
/// costs one broadcast and one reduction.
template <Scalar T>
class Tridiagonalization {
 public:
  /// `layout` is that of the matrix. Allocates.
  explicit Tridiagonalization(const BlockCyclic& layout);

  /// Numbers of type T that it keeps, at most, for a matrix of this shape.
  static BlockCyclic::Index workspace(BlockCyclic::Index dimension, BlockCyclic::Index block_size,
                                      BlockCyclic::Index local_columns);

  /// Of `h` the lower triangle is read. Afterwards v_i is below the subdiagonal of column i,
  /// without its first element, 1, that stands on the subdiagonal. `diagonal` is (n),
  /// `off_diagonal` and `tau` are (n - 1); the same on every process. Collective over the grid's.
  void reduce(DistributedMatrix<T>& h, std::span<double> diagonal, std::span<double> off_diagonal,
              std::span<T> tau);

 private:
  using Index = BlockCyclic::Index;

  /// A column of the panel from this row on: v or w of the panel's k-th reflector.
  T* reflector(Index k, Index row) { return panel_.data() + k * layout_.rows() + row; }
  T* update(Index k, Index row) { return reflector(width_ + k, row); }

  void make_reflector(DistributedMatrix<T>& h, Index column, Index k);
  void multiply_remaining(const DistributedMatrix<T>& h, Index first, const T* v);
  void correct_product(Index first, Index k);
  void set_update(Index first, Index k, T tau);
  void update_remaining(DistributedMatrix<T>& h, Index first);

  BlockCyclic layout_;
  Index width_;                     ///< of a panel: one block of the distribution
  HugePageVector<T> panel_;         ///< V, W, V again, (n, 3 width)
  HugePageVector<T> coefficients_;  ///< rows of (W, V) for each local column, (2 width, columns)
  std::vector<T> message_;          ///< diagonal, off-diagonal, tau, v
  std::vector<T> product_;          ///< A v, (n)
  std::vector<T> few_;              ///< a coefficient for each reflector of the panel, (width)
};

}  // namespace rmtheat::linalg
