#include "rmtheat/support/tridiagonal.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"

// NOLINTBEGIN(readability-identifier-naming): LAPACK's own names
extern "C" {
void dsterf_(const int* n, double* d, double* e, int* info);
void dstev_(const char* jobz, const int* n, double* d, double* e, double* z, const int* ldz,
            double* work, int* info, std::size_t jobz_length);
}
// NOLINTEND(readability-identifier-naming)

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
  const int n = static_cast<int>(diagonal.size());
  int info = 0;
  dsterf_(&n, diagonal.data(), off_diagonal.data(), &info);
  require_convergence("dsterf", diagonal.size(), info);
  return diagonal;
}

TridiagonalEigensystem tridiagonal_eigensystem(std::vector<double> diagonal,
                                               std::vector<double> off_diagonal) {
  const std::size_t size = diagonal.size();
  const int n = static_cast<int>(size);
  TridiagonalEigensystem result;
  result.vectors.resize(size * size);
  std::vector<double> work(std::max<std::size_t>(1, 2 * size));
  int info = 0;
  dstev_("V", &n, diagonal.data(), off_diagonal.data(), result.vectors.data(), &n, work.data(),
         &info, 1);
  require_convergence("dstev", size, info);
  result.values = std::move(diagonal);
  return result;
}

}  // namespace rmtheat
