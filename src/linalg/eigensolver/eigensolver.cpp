#include "rmtheat/linalg/eigensolver/eigensolver.hpp"

#include <cmath>
#include <complex>
#include <new>

#include <fmt/format.h>

#include "eigensolver/backend.hpp"
#include "eigensolver/workspace.hpp"
#include "rmtheat/parallel/agreement.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/fault.hpp"

namespace rmtheat::linalg {
namespace {

bool is_finite(double element) { return std::isfinite(element); }
bool is_finite(const std::complex<double>& element) {
  return is_finite(element.real()) && is_finite(element.imag());
}

/// Where a matrix element is not finite the libraries may loop, or return anything with info = 0.
template <Scalar T>
void require_finite(const DistributedMatrix<T>& h) {
  h.for_each([](GlobalIndex row, GlobalIndex column, const T& element) {
    if (row >= column && !is_finite(element)) {
      throw NumericalError(
          fmt::format("The matrix element ({}, {}) to be diagonalized is not finite.", row.value(),
                      column.value()));
    }
  });
}

template <Scalar T>
std::unique_ptr<EigensolverBackend<T>> make_backend(const BlockCyclic& layout,
                                                    Eigensolver eigensolver,
                                                    TridiagonalizationChoice choice) {
  if (solves_in_steps<T>(shape_of(layout), eigensolver, choice)) {
    return make_stepwise_backend<T>(layout, eigensolver);
  }
  switch (eigensolver) {
    case Eigensolver::lapack:
      return make_lapack_backend<T>(layout);
    case Eigensolver::elpa:
      return make_elpa_backend<T>(layout);
    case Eigensolver::scalapack:
      break;
  }
  return make_scalapack_backend<T>(layout);
}

/// ELPA works on the processes of a communicator, all of them.
Eigensolver usable_on(const BlockCyclic& layout, Eigensolver wanted) {
  const bool idle_ranks = !layout.grid().contains_all();
  return wanted == Eigensolver::elpa && idle_ranks ? Eigensolver::scalapack
                                                   : usable_eigensolver(wanted, shape_of(layout));
}

}  // namespace

const char* name_of(Eigensolver eigensolver) {
  switch (eigensolver) {
    case Eigensolver::lapack:
      return "lapack";
    case Eigensolver::elpa:
      return "elpa";
    case Eigensolver::scalapack:
      break;
  }
  return "scalapack";
}

MatrixShape shape_of(const BlockCyclic& layout) {
  return {layout.rows(), layout.grid().rows(), layout.grid().columns(), layout.block_size()};
}

Eigensolver usable_eigensolver(Eigensolver wanted, const MatrixShape& shape) {
  const auto last_owns_some = [&shape](int processes) {
    return local_count(shape.dimension, shape.block_size, processes - 1, processes) > 0;
  };
  const bool all_own_some = last_owns_some(shape.grid_rows) && last_owns_some(shape.grid_columns);
  return wanted == Eigensolver::elpa && !all_own_some ? Eigensolver::scalapack : wanted;
}

template <Scalar T>
bool solves_in_steps(const MatrixShape& shape, Eigensolver eigensolver,
                     TridiagonalizationChoice choice) {
  // zheevd is slower from here on, by a quarter from 1600 on. dsyevd is not: OpenBLAS's dsymv reads
  // the matrix once, too.
  constexpr BlockCyclic::Index smallest_complex = 320;
  if (choice == TridiagonalizationChoice::library) {
    return false;
  }
  switch (eigensolver) {
    case Eigensolver::lapack:
      return is_complex<T> && shape.dimension >= smallest_complex;
    case Eigensolver::scalapack:
      return shape.grid_rows == 1 && shape.dimension > 1;
    case Eigensolver::elpa:
      break;
  }
  return false;
}

template <Scalar T>
HermitianEigensolver<T>::HermitianEigensolver(const BlockCyclic& layout, Eigensolver eigensolver,
                                              TridiagonalizationChoice choice)
    : layout_(layout), eigensolver_(usable_on(layout, eigensolver)) {
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
  if (eigensolver == Eigensolver::elpa && !has_elpa()) {
    throw InputError(
        "The eigensolver `elpa` is not in this build: configure with -DRMTHEAT_WITH_ELPA=ON or use "
        "`scalapack`.");
  }
  parallel::agree(grid.communicator(), [&] {
    if (fault_is_due(Fault::allocation)) {
      throw std::bad_alloc();
    }
    if (grid.contains_me()) {
      backend_ = make_backend<T>(layout, eigensolver_, choice);
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
    if (fault_is_due(Fault::solve)) {
      throw NumericalError("The eigensolver was made to fail.");
    }
  });
  // With the whole matrix in one block, pdsyevd and pzheevd return the eigenvalues on its owner
  // alone.
  communicator.broadcast(values);
}

template bool solves_in_steps<double>(const MatrixShape&, Eigensolver, TridiagonalizationChoice);
template bool solves_in_steps<std::complex<double>>(const MatrixShape&, Eigensolver,
                                                    TridiagonalizationChoice);
template class HermitianEigensolver<double>;
template class HermitianEigensolver<std::complex<double>>;

}  // namespace rmtheat::linalg
