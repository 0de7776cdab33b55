#pragma once

#include <complex>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "rmtheat/linalg/eigensolver/eigensolver.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::linalg {

/// One library's way to solve the problem on the processes of the grid.
template <Scalar T>
class EigensolverBackend {
 public:
  EigensolverBackend() = default;
  virtual ~EigensolverBackend() = default;
  EigensolverBackend(const EigensolverBackend&) = delete;
  EigensolverBackend(EigensolverBackend&&) = delete;
  EigensolverBackend& operator=(const EigensolverBackend&) = delete;
  EigensolverBackend& operator=(EigensolverBackend&&) = delete;

  /// `values` has the size of the matrix.
  virtual void solve(DistributedMatrix<T>& h, std::vector<double>& values,
                     DistributedMatrix<T>& vectors) = 0;
};

/// zheevd, dsyevd.
template <Scalar T>
std::unique_ptr<EigensolverBackend<T>> make_lapack_backend(const BlockCyclic& layout);
/// pzheevd, pdsyevd.
template <Scalar T>
std::unique_ptr<EigensolverBackend<T>> make_scalapack_backend(const BlockCyclic& layout);
/// LAPACK's (on one process) or ScaLAPACK's dstedc between steps of our own, see solves_in_steps().
template <Scalar T>
std::unique_ptr<EigensolverBackend<T>> make_stepwise_backend(const BlockCyclic& layout,
                                                             Eigensolver eigensolver);
/// Throws InputError where the program was built without ELPA.
template <Scalar T>
std::unique_ptr<EigensolverBackend<T>> make_elpa_backend(const BlockCyclic& layout);

inline void require_success(const char* routine, BlockCyclic::Index dimension, int status) {
  if (status != 0) {
    throw NumericalError(fmt::format("{} failed for a matrix of dimension {} (status {}).", routine,
                                     dimension, status));
  }
}

}  // namespace rmtheat::linalg
