#include "rmtheat/linalg/eigensolver.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "blas_int.hpp"
#include "rmtheat/parallel/agreement.hpp"
#include "rmtheat/support/error.hpp"
#include "scalapack.hpp"

namespace rmtheat::linalg {
namespace {

using Index = BlockCyclic::Index;

template <Scalar T>
constexpr bool is_complex = !std::is_same_v<T, double>;

/// Lengths of the work arrays: of the matrix's element type, of real numbers (complex matrices
/// only) and of integers. 64 bits, to find out whether 32 are enough.
struct WorkspaceSizes {
  Index work = 0;
  Index real = 0;
  Index integer = 0;

  [[nodiscard]] Index largest() const { return std::max({work, real, integer}); }
};

/// LAPACK's documented minimum for zheevd and dsyevd, and room beyond it for the blocked reduction
/// to tridiagonal form: with the minimum alone the reduction runs unblocked, twice as slow.
template <Scalar T>
WorkspaceSizes lapack_workspace(Index n) {
  const Index blocked = 64 * n;
  if constexpr (is_complex<T>) {
    return {2 * n + n * n + blocked, 1 + 5 * n + 2 * n * n, 3 + 5 * n};
  } else {
    return {1 + 6 * n + 2 * n * n + blocked, 0, 3 + 5 * n};
  }
}

/// ScaLAPACK's documented minimum for pzheevd and pdsyevd on process (0, 0), which has the largest
/// part, and padding. With exactly the minimum, pdlasrt (which sorts the vectors) and pdormtr,
/// called underneath, find too little, and wrong vectors come back with info = 0
/// (Reference-ScaLAPACK issues 74 and 105). The former needs NP (NB + NQ), the latter NB (NP + NQ +
/// NB).
template <Scalar T>
WorkspaceSizes scalapack_workspace(Index n, Index nb, Index process_rows, Index process_columns) {
  const Index np = local_count(n, nb, 0, process_rows);
  const Index nq = local_count(n, nb, 0, process_columns);
  const Index padding = 2 * n + nb * (2 * np + nq + 2 * nb);
  const Index integer = 7 * n + 8 * process_columns + 2;
  if constexpr (is_complex<T>) {
    const Index n0 = std::max({n, nb, Index{2}});
    const Index np0 = local_count(n0, nb, 0, process_rows);
    const Index nq0 = local_count(n0, nb, 0, process_columns);
    return {n + (np0 + nq0 + nb) * nb + 2 * nb, 1 + 9 * n + 3 * np * nq + padding, integer};
  } else {
    const Index reduction = 3 * n + std::max(nb * (np + 1), 3 * nb);
    return {std::max(1 + 6 * n + 2 * np * nq, reduction) + 2 * n + padding, 0, integer};
  }
}

constexpr Index largest_int = 2147483647;

/// The fewest processes in a row on which the workspace fits 32 bits.
template <Scalar T>
Index sufficient_ranks(const BlockCyclic& layout) {
  Index ranks = 1;
  while (scalapack_workspace<T>(layout.rows(), layout.block_size(), 1, ranks).largest() >
         largest_int) {
    ++ranks;
  }
  return ranks;
}

template <Scalar T>
void require_32_bit_sizes(const BlockCyclic& layout, const WorkspaceSizes& sizes) {
  if (sizes.largest() > largest_int) {
    throw SystemError(fmt::format(
        "Diagonalizing a matrix of dimension {} on a {} x {} process grid needs a workspace of {} "
        "numbers per rank, beyond the 32-bit sizes of the library; use ScaLAPACK on at least {} "
        "ranks per group.",
        layout.rows(), layout.grid().rows(), layout.grid().columns(), sizes.largest(),
        sufficient_ranks<T>(layout)));
  }
}

/// The work arrays and their lengths as the libraries take them.
template <Scalar T>
struct Workspace {
  explicit Workspace(const WorkspaceSizes& sizes)
      : work(static_cast<std::size_t>(sizes.work)),
        real(static_cast<std::size_t>(sizes.real)),
        integer(static_cast<std::size_t>(sizes.integer)),
        work_length(static_cast<int>(sizes.work)),
        real_length(static_cast<int>(sizes.real)),
        integer_length(static_cast<int>(sizes.integer)) {}

  std::vector<T> work;
  std::vector<double> real;
  std::vector<int> integer;
  int work_length;
  int real_length;
  int integer_length;
};

void require_success(const char* routine, Index dimension, int info) {
  if (info != 0) {
    throw NumericalError(fmt::format("{} failed for a matrix of dimension {} (info = {}).", routine,
                                     dimension, info));
  }
}

/// Where a matrix element is not finite the libraries may loop, or return anything with info = 0.
template <Scalar T>
void require_finite(const DistributedMatrix<T>& h) {
  h.for_each([](Index row, Index column, const T& element) {
    if (row >= column && !std::isfinite(std::abs(element))) {
      throw NumericalError(fmt::format(
          "The matrix element ({}, {}) to be diagonalized is not finite.", row, column));
    }
  });
}

template <Scalar T>
WorkspaceSizes checked(const BlockCyclic& layout, const WorkspaceSizes& sizes) {
  require_32_bit_sizes<T>(layout, sizes);
  return sizes;
}

}  // namespace

/// One library's way to solve the problem on the processes of the grid.
template <Scalar T>
class HermitianEigensolver<T>::Backend {
 public:
  Backend() = default;
  virtual ~Backend() = default;
  Backend(const Backend&) = delete;
  Backend(Backend&&) = delete;
  Backend& operator=(const Backend&) = delete;
  Backend& operator=(Backend&&) = delete;

  /// `values` has the size of the matrix.
  virtual void solve(DistributedMatrix<T>& h, std::vector<double>& values,
                     DistributedMatrix<T>& vectors) = 0;
};

template <Scalar T>
class HermitianEigensolver<T>::Lapack final : public Backend {
 public:
  explicit Lapack(const BlockCyclic& layout)
      : n_(blas_int(layout.rows(), "dimension")),
        workspace_(checked<T>(layout, lapack_workspace<T>(layout.rows()))) {}

  void solve(DistributedMatrix<T>& h, std::vector<double>& values,
             DistributedMatrix<T>& vectors) override {
    auto& w = workspace_;
    int info = 0;
    if constexpr (is_complex<T>) {
      zheevd_("V", "L", &n_, h.data(), &n_, values.data(), w.work.data(), &w.work_length,
              w.real.data(), &w.real_length, w.integer.data(), &w.integer_length, &info, 1, 1);
    } else {
      dsyevd_("V", "L", &n_, h.data(), &n_, values.data(), w.work.data(), &w.work_length,
              w.integer.data(), &w.integer_length, &info, 1, 1);
    }
    require_success(is_complex<T> ? "zheevd" : "dsyevd", n_, info);
    vectors.swap_elements(h);  // the eigenvectors come in the matrix's place
  }

 private:
  int n_;
  Workspace<T> workspace_;
};

template <Scalar T>
class HermitianEigensolver<T>::ScaLapack final : public Backend {
 public:
  explicit ScaLapack(const BlockCyclic& layout)
      : n_(blas_int(layout.rows(), "dimension")),
        descriptor_(layout.descriptor()),
        workspace_(checked<T>(
            layout, scalapack_workspace<T>(layout.rows(), layout.block_size(), layout.grid().rows(),
                                           layout.grid().columns()))) {}

  void solve(DistributedMatrix<T>& h, std::vector<double>& values,
             DistributedMatrix<T>& vectors) override {
    auto& w = workspace_;
    const int one = 1;
    int info = 0;
    if constexpr (is_complex<T>) {
      pzheevd_("V", "L", &n_, h.data(), &one, &one, descriptor_.data(), values.data(),
               vectors.data(), &one, &one, descriptor_.data(), w.work.data(), &w.work_length,
               w.real.data(), &w.real_length, w.integer.data(), &w.integer_length, &info, 1, 1);
    } else {
      pdsyevd_("V", "L", &n_, h.data(), &one, &one, descriptor_.data(), values.data(),
               vectors.data(), &one, &one, descriptor_.data(), w.work.data(), &w.work_length,
               w.integer.data(), &w.integer_length, &info, 1, 1);
    }
    require_success(is_complex<T> ? "pzheevd" : "pdsyevd", n_, info);
  }

 private:
  int n_;
  Descriptor descriptor_;
  Workspace<T> workspace_;
};

template <Scalar T>
HermitianEigensolver<T>::HermitianEigensolver(const BlockCyclic& layout, Eigensolver eigensolver)
    : layout_(layout) {
  const auto& grid = layout.grid();
  if (layout.rows() != layout.columns()) {
    throw InputError(fmt::format("A {} x {} matrix cannot be diagonalized: it is not square.",
                                 layout.rows(), layout.columns()));
  }
  if (eigensolver == Eigensolver::lapack && grid.rows() * grid.columns() != 1) {
    throw InputError(fmt::format(
        "The eigensolver `lapack` works on one rank, not on a {} x {} process grid; use "
        "`scalapack`.",
        grid.rows(), grid.columns()));
  }
  parallel::agree(grid.communicator(), [&] {
    if (!grid.contains_me()) {
      return;
    }
    switch (eigensolver) {
      case Eigensolver::lapack:
        backend_ = std::make_unique<Lapack>(layout);
        break;
      case Eigensolver::scalapack:
        backend_ = std::make_unique<ScaLapack>(layout);
        break;
    }
  });
}

template <Scalar T>
HermitianEigensolver<T>::~HermitianEigensolver() = default;
template <Scalar T>
HermitianEigensolver<T>::HermitianEigensolver(HermitianEigensolver&&) noexcept = default;
template <Scalar T>
HermitianEigensolver<T>& HermitianEigensolver<T>::operator=(HermitianEigensolver&&) noexcept =
    default;

template <Scalar T>
void HermitianEigensolver<T>::solve(DistributedMatrix<T>& h, std::vector<double>& values,
                                    DistributedMatrix<T>& vectors) {
  const auto& communicator = layout_.grid().communicator();
  values.resize(static_cast<std::size_t>(layout_.rows()));
  parallel::agree(communicator, [&] { require_finite(h); });
  parallel::agree(communicator, [&] {
    if (backend_) {
      backend_->solve(h, values, vectors);
    }
  });
  // With the whole matrix in one block, pdsyevd and pzheevd return the eigenvalues on its owner
  // alone.
  communicator.broadcast(values);
}

template <Scalar T>
std::int64_t eigensolver_memory(Index dimension, int ranks, Eigensolver eigensolver) {
  const auto nb = default_block_size(dimension, 1, ranks);
  const auto workspace = eigensolver == Eigensolver::lapack
                             ? lapack_workspace<T>(dimension)
                             : scalapack_workspace<T>(dimension, nb, 1, ranks);
  const Index matrix = dimension * local_count(dimension, nb, 0, ranks);
  const auto bytes = [](Index count, std::size_t size) { return count * static_cast<Index>(size); };
  return bytes(2 * matrix + workspace.work, sizeof(T)) + bytes(workspace.real, sizeof(double)) +
         bytes(workspace.integer, sizeof(int));
}

template std::int64_t eigensolver_memory<double>(Index, int, Eigensolver);
template std::int64_t eigensolver_memory<Complex>(Index, int, Eigensolver);
template class HermitianEigensolver<double>;
template class HermitianEigensolver<std::complex<double>>;

}  // namespace rmtheat::linalg
