#include "rmtheat/support/lapack.hpp"

#include <type_traits>

// C++'s complex numbers in the prototypes, which older and newer versions take by other names.
#define LAPACK_COMPLEX_CPP
#define lapack_complex_float std::complex<float>
#define lapack_complex_double std::complex<double>
#include <lapacke.h>

#include "rmtheat/support/blas_int.hpp"

namespace rmtheat::lapack {
namespace {

using Complex = std::complex<double>;

static_assert(std::is_same_v<lapack_int, int>, "build against a LAPACK of 32-bit integers (LP64)");

int length(const auto& work) { return blas_int(work.size(), "workspace"); }

}  // namespace

int sterf(int n, double* d, double* e) { return LAPACKE_dsterf_work(n, d, e); }

int stev(int n, double* d, double* e, double* z, double* work) {
  return LAPACKE_dstev_work(LAPACK_COL_MAJOR, 'V', n, d, e, z, n, work);
}

int stedc(int n, double* d, double* e, double* z, std::span<double> work, std::span<int> integer) {
  return LAPACKE_dstedc_work(LAPACK_COL_MAJOR, 'I', n, d, e, z, n, work.data(), length(work),
                             integer.data(), length(integer));
}

int heevd(int n, double* a, double* values, std::span<double> work, std::span<double> /*real*/,
          std::span<int> integer) {
  return LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'L', n, a, n, values, work.data(), length(work),
                             integer.data(), length(integer));
}

int heevd(int n, Complex* a, double* values, std::span<Complex> work, std::span<double> real,
          std::span<int> integer) {
  return LAPACKE_zheevd_work(LAPACK_COL_MAJOR, 'V', 'L', n, a, n, values, work.data(), length(work),
                             real.data(), length(real), integer.data(), length(integer));
}

double larfg(int n, double* a, double* tau) {
  LAPACKE_dlarfg_work(n, a, a + 1, 1, tau);
  return a[0];
}

double larfg(int n, Complex* a, Complex* tau) {
  LAPACKE_zlarfg_work(n, a, a + 1, 1, tau);
  return a[0].real();
}

}  // namespace rmtheat::lapack
