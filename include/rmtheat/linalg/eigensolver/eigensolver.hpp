#pragma once

#include <memory>
#include <vector>

#include "rmtheat/linalg/distributed_matrix.hpp"
#include "rmtheat/linalg/eigensolver/tridiagonalization_choice.hpp"

namespace rmtheat::linalg {

/// Which library solves the Hermitian eigenproblem: LAPACK and ScaLAPACK by divide and conquer,
/// through their drivers (zheevd, dsyevd, pzheevd, pdsyevd) or, with whole columns on each process,
/// through dstedc or pdstedc with our own tridiagonalization and back-transformation.
enum class Eigensolver {
  lapack,     ///< one process alone
  scalapack,  ///< any grid
  elpa,       ///< any grid of which every process owns a part; where it was built in
};

/// "lapack", "scalapack", "elpa".
[[nodiscard]] const char* name_of(Eigensolver eigensolver);

/// True when the program was built with ELPA.
[[nodiscard]] bool has_elpa();

/// A square matrix and the grid it is dealt out over: what sizes follow from, before a grid exists.
struct MatrixShape {
  BlockCyclic::Index dimension = 1;
  int grid_rows = 1;
  int grid_columns = 1;
  BlockCyclic::Index block_size = 1;

  /// Rows and columns of process (0, 0), which no other process exceeds.
  [[nodiscard]] BlockCyclic::Index local_rows() const {
    return local_count(dimension, block_size, 0, grid_rows);
  }
  [[nodiscard]] BlockCyclic::Index local_columns() const {
    return local_count(dimension, block_size, 0, grid_columns);
  }
};
[[nodiscard]] MatrixShape shape_of(const BlockCyclic& layout);

/// `wanted`, or ScaLAPACK in ELPA's place where some process would own no part of the matrix, which
/// ELPA refuses.
[[nodiscard]] Eigensolver usable_eigensolver(Eigensolver wanted, const MatrixShape& shape);

/// True where the matrix is brought to tridiagonal form, and the eigenvectors back, by routines of
/// our own: unless the library is chosen, with whole columns on each process (ScaLAPACK) and where
/// it is faster than the driver (LAPACK). Solver, memory and cost model all ask here.
template <Scalar T>
[[nodiscard]] bool solves_in_steps(const MatrixShape& shape, Eigensolver eigensolver,
                                   TridiagonalizationChoice choice);

/// True when the sizes of the matrix's parts and of the workspace are within the 32-bit integers of
/// the library.
template <Scalar T>
[[nodiscard]] bool fits_32_bits(const MatrixShape& shape, Eigensolver eigensolver,
                                TridiagonalizationChoice choice = {});

/// Bytes that solving takes on the process with the largest part: the matrix, its eigenvectors and
/// the workspace. In units of the whole matrix's bytes over the number of processes: LAPACK 3
/// (complex) and 4 (real), ScaLAPACK 3.5 and 4, ELPA 3.5 and 4.25. To choose the number of ranks
/// by.
template <Scalar T>
[[nodiscard]] double eigensolver_memory(const MatrixShape& shape, Eigensolver eigensolver,
                                        TridiagonalizationChoice choice = {});

template <Scalar T>
class EigensolverBackend;

/// All eigenvalues and eigenvectors of Hermitian (real: symmetric) matrices of one distribution.
///
/// Keeps its workspace, so that the realizations of an ensemble are solved one after another
/// without allocating.
template <Scalar T>
class HermitianEigensolver {
 public:
  /// Collective over the grid's communicator. Throws InputError when the layout is not square,
  /// (lapack) spread over several processes or (elpa) not built in, SystemError when the workspace
  /// exceeds what the library's 32-bit sizes can state; on every process alike.
  HermitianEigensolver(const BlockCyclic& layout, Eigensolver eigensolver,
                       TridiagonalizationChoice choice = {});
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

  /// The library at work, see usable_eigensolver().
  [[nodiscard]] Eigensolver eigensolver() const { return eigensolver_; }

 private:
  BlockCyclic layout_;
  Eigensolver eigensolver_;
  std::unique_ptr<EigensolverBackend<T>> backend_;
};

extern template class HermitianEigensolver<double>;
extern template class HermitianEigensolver<std::complex<double>>;

template <Scalar T>
struct Eigensystem {
  std::vector<double> values;    ///< (D), ascending, on every process
  DistributedMatrix<T> vectors;  ///< (D, D): eigenvector n is column n
};

/// The eigensystem of one Hermitian matrix, given by its lower triangle. Collective.
template <Scalar T>
Eigensystem<T> diagonalize(DistributedMatrix<T>&& h, Eigensolver eigensolver,
                           TridiagonalizationChoice choice = {}) {
  auto matrix = std::move(h);
  Eigensystem<T> result{{}, DistributedMatrix<T>(matrix.layout())};
  HermitianEigensolver<T>(matrix.layout(), eigensolver, choice)
      .solve(matrix, result.values, result.vectors);
  return result;
}

}  // namespace rmtheat::linalg
