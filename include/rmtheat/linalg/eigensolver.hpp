#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rmtheat/linalg/distributed_matrix.hpp"

namespace rmtheat::linalg {

/// Which library solves the Hermitian eigenproblem.
enum class Eigensolver {
  lapack,     ///< one process alone: zheevd, dsyevd
  scalapack,  ///< any grid: pzheevd, pdsyevd
};

/// All eigenvalues and eigenvectors of Hermitian (real: symmetric) matrices of one distribution.
///
/// Keeps its workspace, so that the realizations of an ensemble are solved one after another
/// without allocating.
template <Scalar T>
class HermitianEigensolver {
 public:
  /// Collective over the grid's communicator. Throws InputError when the layout is not square or
  /// (lapack) spread over several processes, SystemError when the workspace exceeds what the
  /// library's 32-bit sizes can state; on every process alike.
  HermitianEigensolver(const BlockCyclic& layout, Eigensolver eigensolver);
  ~HermitianEigensolver();
  HermitianEigensolver(const HermitianEigensolver&) = delete;
  HermitianEigensolver& operator=(const HermitianEigensolver&) = delete;
  HermitianEigensolver(HermitianEigensolver&&) noexcept;
  HermitianEigensolver& operator=(HermitianEigensolver&&) noexcept;

  /// Solves h U = U diag(values). Of h only the lower triangle is read; its elements are destroyed.
  /// `values`, (D) ascending, is the same on every process of the communicator; eigenvector n is
  /// column n of `vectors`. Both matrices must have the solver's layout. Collective over the grid's
  /// communicator. Throws NumericalError, on every process alike, when an element of h is not
  /// finite or the library reports failure.
  void solve(DistributedMatrix<T>& h, std::vector<double>& values, DistributedMatrix<T>& vectors);

 private:
  class Backend;
  class Lapack;
  class ScaLapack;
  BlockCyclic layout_;
  std::unique_ptr<Backend> backend_;
};

extern template class HermitianEigensolver<double>;
extern template class HermitianEigensolver<std::complex<double>>;

/// Bytes that solving a matrix of this dimension takes on one process of a row of `ranks`, default
/// blocks: the matrix, its eigenvectors and the workspace. To choose the number of ranks by.
template <Scalar T>
[[nodiscard]] std::int64_t eigensolver_memory(BlockCyclic::Index dimension, int ranks,
                                              Eigensolver eigensolver);

template <Scalar T>
struct Eigensystem {
  std::vector<double> values;    ///< (D), ascending, on every process
  DistributedMatrix<T> vectors;  ///< (D, D): eigenvector n is column n
};

/// The eigensystem of one Hermitian matrix, given by its lower triangle. Collective.
template <Scalar T>
Eigensystem<T> diagonalize(DistributedMatrix<T>&& h, Eigensolver eigensolver) {
  auto matrix = std::move(h);
  Eigensystem<T> result{{}, DistributedMatrix<T>(matrix.layout())};
  HermitianEigensolver<T>(matrix.layout(), eigensolver)
      .solve(matrix, result.values, result.vectors);
  return result;
}

}  // namespace rmtheat::linalg
