#include "eigensolver/workspace.hpp"

#include <limits>

#include <fmt/format.h>

#include "eigensolver/own/back_transformation.hpp"
#include "eigensolver/own/tridiagonalization.hpp"
#include "rmtheat/support/error.hpp"
#include "scalapack.hpp"

namespace rmtheat::linalg {
namespace {

using Index = BlockCyclic::Index;

constexpr Index largest_int = std::numeric_limits<int>::max();

/// LAPACK's documented minimum. For zheevd and dsyevd room beyond it for the blocked reduction to
/// tridiagonal form: with the minimum alone the reduction runs unblocked, twice as slow. In steps,
/// which complex matrices alone are solved in, for dstedc and its eigenvectors.
template <Scalar T>
WorkspaceSizes lapack_workspace(const MatrixShape& shape, bool in_steps) {
  const Index n = shape.dimension;
  const Index blocked = 64 * n;
  const Index integer = 3 + 5 * n;
  if (in_steps) {
    return {0, 1 + 4 * n + 2 * n * n, integer};
  }
  return is_complex<T> ? WorkspaceSizes{2 * n + n * n + blocked, 1 + 5 * n + 2 * n * n, integer}
                       : WorkspaceSizes{1 + 6 * n + 2 * n * n + blocked, 0, integer};
}

/// ScaLAPACK's documented minimum for pzheevd and pdsyevd, and padding. With exactly the minimum,
/// pdlasrt (which sorts the vectors) and pdormtr, called underneath, find too little, and wrong
/// vectors come back with info = 0 (Reference-ScaLAPACK issues 74 and 105). The former needs
/// NP (NB + NQ), the latter NB (NP + NQ + NB). In steps no complex array is needed.
template <Scalar T>
WorkspaceSizes scalapack_workspace(const MatrixShape& shape, bool in_steps) {
  const Index n = shape.dimension;
  const Index nb = shape.block_size;
  const Index np = shape.local_rows();
  const Index nq = shape.local_columns();
  const Index padding = 2 * n + nb * (2 * np + nq + 2 * nb);
  const Index integer = 7 * n + Index{8} * shape.grid_columns + 2;
  if constexpr (is_complex<T>) {
    const Index n0 = std::max({n, nb, Index{2}});
    const Index np0 = local_count(n0, nb, 0, shape.grid_rows);
    const Index nq0 = local_count(n0, nb, 0, shape.grid_columns);
    const Index work = in_steps ? 0 : n + (np0 + nq0 + nb) * nb + 2 * nb;
    return {work, 1 + 9 * n + 3 * np * nq + padding, integer};
  } else {
    const Index reduction = 3 * n + std::max(nb * (np + 1), 3 * nb);
    return {std::max(1 + 6 * n + 2 * np * nq, reduction) + 2 * n + padding, 0, integer};
  }
}

/// What ELPA's one-stage solver allocates for itself, in matrices: measured as the peak memory of
/// version 2022.11 on one and two processes.
template <Scalar T>
constexpr double elpa_matrices = is_complex<T> ? 1.5 : 2.25;

/// The fewest processes in a row on which ScaLAPACK's workspace fits 32 bits.
template <Scalar T>
Index sufficient_ranks(const BlockCyclic& layout) {
  int ranks = 1;
  while (!fits_32_bits<T>({layout.rows(), 1, ranks, layout.block_size()}, Eigensolver::scalapack)) {
    ++ranks;
  }
  return ranks;
}

template <Scalar T>
WorkspaceSizes checked_sizes(const BlockCyclic& layout, Eigensolver eigensolver,
                             TridiagonalizationChoice choice) {
  const auto sizes = workspace_sizes<T>(shape_of(layout), eigensolver, choice);
  if (sizes.largest() > largest_int) {
    throw SystemError(fmt::format(
        "Diagonalizing a matrix of dimension {} on a {} x {} process grid needs a workspace of {} "
        "numbers per rank, beyond the 32-bit sizes of the library; use ScaLAPACK on at least {} "
        "ranks per group.",
        layout.rows(), layout.grid().rows(), layout.grid().columns(), sizes.largest(),
        sufficient_ranks<T>(layout)));
  }
  return sizes;
}

}  // namespace

template <Scalar T>
WorkspaceSizes workspace_sizes(const MatrixShape& shape, Eigensolver eigensolver,
                               TridiagonalizationChoice choice) {
  const bool in_steps = solves_in_steps<T>(shape, eigensolver, choice);
  switch (eigensolver) {
    case Eigensolver::lapack:
      return lapack_workspace<T>(shape, in_steps);
    case Eigensolver::scalapack:
      return scalapack_workspace<T>(shape, in_steps);
    case Eigensolver::elpa:
      break;
  }
  return {};
}

template <Scalar T>
bool fits_32_bits(const MatrixShape& shape, Eigensolver eigensolver,
                  TridiagonalizationChoice choice) {
  const Index elements = shape.local_rows() * shape.local_columns();
  return std::max(elements, workspace_sizes<T>(shape, eigensolver, choice).largest()) <=
         largest_int;
}

template <Scalar T>
double eigensolver_memory(const MatrixShape& shape, Eigensolver eigensolver,
                          TridiagonalizationChoice choice) {
  const auto bytes = [](Index count, std::size_t size) {
    return static_cast<double>(count) * static_cast<double>(size);
  };
  const auto workspace = workspace_sizes<T>(shape, eigensolver, choice);
  const Index matrix = shape.local_rows() * shape.local_columns();
  return bytes(2 * matrix + workspace.work, sizeof(T)) + bytes(workspace.real, sizeof(double)) +
         bytes(workspace.integer, sizeof(int)) +
         (solves_in_steps<T>(shape, eigensolver, choice)
              ? bytes(BackTransformation<T>::workspace(shape.dimension, shape.block_size) +
                          Tridiagonalization<T>::workspace(shape.dimension, shape.block_size,
                                                           shape.local_columns()),
                      sizeof(T))
              : 0.0) +
         (eigensolver == Eigensolver::elpa ? elpa_matrices<T> * bytes(matrix, sizeof(T)) : 0.0);
}

template <Scalar T>
Workspace<T>::Workspace(const BlockCyclic& layout, Eigensolver eigensolver,
                        TridiagonalizationChoice choice) {
  const auto sizes = checked_sizes<T>(layout, eigensolver, choice);
  work.resize(static_cast<std::size_t>(sizes.work));
  real.resize(static_cast<std::size_t>(sizes.real));
  integer.resize(static_cast<std::size_t>(sizes.integer));
  work_length = static_cast<int>(sizes.work);
  real_length = static_cast<int>(sizes.real);
  integer_length = static_cast<int>(sizes.integer);
}

template WorkspaceSizes workspace_sizes<double>(const MatrixShape&, Eigensolver,
                                                TridiagonalizationChoice);
template WorkspaceSizes workspace_sizes<Complex>(const MatrixShape&, Eigensolver,
                                                 TridiagonalizationChoice);
template bool fits_32_bits<double>(const MatrixShape&, Eigensolver, TridiagonalizationChoice);
template bool fits_32_bits<Complex>(const MatrixShape&, Eigensolver, TridiagonalizationChoice);
template double eigensolver_memory<double>(const MatrixShape&, Eigensolver,
                                           TridiagonalizationChoice);
template double eigensolver_memory<Complex>(const MatrixShape&, Eigensolver,
                                            TridiagonalizationChoice);
template struct Workspace<double>;
template struct Workspace<Complex>;

}  // namespace rmtheat::linalg
