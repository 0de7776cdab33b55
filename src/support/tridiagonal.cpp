#include "rmtheat/support/tridiagonal.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rmtheat/support/blas_int.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/lapack.hpp"

namespace rmtheat {
namespace {

void require_convergence(const char* routine, std::size_t n, int info) {
  if (info != 0) {
    throw NumericalError(fmt::format(
        "{} did not converge for a tridiagonal matrix of size {} (info = {}).", routine, n, info));
  }
}

}  // namespace

std::vector<double> tridiagonal_eigenvalues(std::vector<double> diagonal,
                                            std::vector<double> off_diagonal) {
  const int n = blas_int(diagonal.size(), "size of a tridiagonal matrix");
  require_convergence("dsterf", diagonal.size(),
                      lapack::sterf(n, diagonal.data(), off_diagonal.data()));
  return diagonal;
}

TridiagonalEigensystem tridiagonal_eigensystem(std::vector<double> diagonal,
                                               std::vector<double> off_diagonal) {
  const std::size_t size = diagonal.size();
  const int n = blas_int(size, "size of a tridiagonal matrix");
  TridiagonalEigensystem result;
  result.vectors.resize(size * size);
  std::vector<double> work(std::max<std::size_t>(1, 2 * size));
  require_convergence(
      "dstev", size,
      lapack::stev(n, diagonal.data(), off_diagonal.data(), result.vectors.data(), work.data()));
  result.values = std::move(diagonal);
  return result;
}

}  // namespace rmtheat
