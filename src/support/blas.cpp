#include "rmtheat/support/blas.hpp"

#include <algorithm>
#include <cblas.h>
#include <cstddef>
#include <dlfcn.h>
#include <vector>

#include "rmtheat/support/blas_int.hpp"

namespace rmtheat::blas {
namespace {

using Complex = std::complex<double>;

CBLAS_TRANSPOSE transposition(Operation op) {
  switch (op) {
    case Operation::transpose:
      return CblasTrans;
    case Operation::adjoint:
      return CblasConjTrans;
    case Operation::none:
      break;
  }
  return CblasNoTrans;
}

int rows_of(std::int64_t count) { return blas_int(count, "number of rows"); }
int columns_of(std::int64_t count) { return blas_int(count, "number of columns"); }
int summed(std::int64_t count) { return blas_int(count, "length of a product"); }
int leading(std::int64_t count) { return blas_int(count, "leading dimension"); }

void call_zgemv(Operation op_a, std::int64_t m, std::int64_t n, Complex alpha, const Complex* a,
                std::int64_t lda, const Complex* x, Complex beta, Complex* y) {
  cblas_zgemv(CblasColMajor, transposition(op_a), rows_of(m), columns_of(n), &alpha, a,
              leading(lda), x, 1, &beta, y, 1);
}

/// One of OpenBLAS's own functions; null where another BLAS is loaded.
template <class Function>
Function* openblas(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

void gemm(Operation op_a, Operation op_b, std::int64_t m, std::int64_t n, std::int64_t k,
          double alpha, const double* a, std::int64_t lda, const double* b, std::int64_t ldb,
          double beta, double* c, std::int64_t ldc) {
  cblas_dgemm(CblasColMajor, transposition(op_a), transposition(op_b), rows_of(m), columns_of(n),
              summed(k), alpha, a, leading(lda), b, leading(ldb), beta, c, leading(ldc));
}

void gemm(Operation op_a, Operation op_b, std::int64_t m, std::int64_t n, std::int64_t k,
          Complex alpha, const Complex* a, std::int64_t lda, const Complex* b, std::int64_t ldb,
          Complex beta, Complex* c, std::int64_t ldc) {
  cblas_zgemm(CblasColMajor, transposition(op_a), transposition(op_b), rows_of(m), columns_of(n),
              summed(k), &alpha, a, leading(lda), b, leading(ldb), &beta, c, leading(ldc));
}

void gemm3m(Operation op_a, Operation op_b, std::int64_t m, std::int64_t n, std::int64_t k,
            Complex alpha, const Complex* a, std::int64_t lda, const Complex* b, std::int64_t ldb,
            Complex beta, Complex* c, std::int64_t ldc) {
  static auto* const found = openblas<decltype(cblas_zgemm)>("cblas_zgemm3m");
  auto* const multiply = found != nullptr ? found : cblas_zgemm;
  multiply(CblasColMajor, transposition(op_a), transposition(op_b), rows_of(m), columns_of(n),
           summed(k), &alpha, a, leading(lda), b, leading(ldb), &beta, c, leading(ldc));
}

void herk(Operation op_a, std::int64_t n, std::int64_t k, double alpha, const double* a,
          std::int64_t lda, double beta, double* c, std::int64_t ldc) {
  cblas_dsyrk(CblasColMajor, CblasLower, transposition(op_a), columns_of(n), summed(k), alpha, a,
              leading(lda), beta, c, leading(ldc));
}

void herk(Operation op_a, std::int64_t n, std::int64_t k, double alpha, const Complex* a,
          std::int64_t lda, double beta, Complex* c, std::int64_t ldc) {
  cblas_zherk(CblasColMajor, CblasLower, transposition(op_a), columns_of(n), summed(k), alpha, a,
              leading(lda), beta, c, leading(ldc));
}

void gemv(Operation op_a, std::int64_t m, std::int64_t n, double alpha, const double* a,
          std::int64_t lda, const double* x, double beta, double* y) {
  cblas_dgemv(CblasColMajor, transposition(op_a), rows_of(m), columns_of(n), alpha, a, leading(lda),
              x, 1, beta, y, 1);
}

void gemv(Operation op_a, std::int64_t m, std::int64_t n, Complex alpha, const Complex* a,
          std::int64_t lda, const Complex* x, Complex beta, Complex* y) {
  if (op_a == Operation::none) {
    // OpenBLAS 0.3.21 reads one number beyond the end of x here, which need not be mapped.
    std::vector<Complex> padded(static_cast<std::size_t>(n) + 1);
    std::copy_n(x, n, padded.begin());
    call_zgemv(op_a, m, n, alpha, a, lda, padded.data(), beta, y);
    return;
  }
  call_zgemv(op_a, m, n, alpha, a, lda, x, beta, y);
}

void solve_triangle(Operation op, std::int64_t m, std::int64_t n, const double* l, std::int64_t ldl,
                    double* b, std::int64_t ldb) {
  cblas_dtrsm(CblasColMajor, CblasLeft, CblasLower, transposition(op), CblasNonUnit, rows_of(m),
              columns_of(n), 1.0, l, leading(ldl), b, leading(ldb));
}

void solve_triangle(Operation op, std::int64_t m, std::int64_t n, const Complex* l,
                    std::int64_t ldl, Complex* b, std::int64_t ldb) {
  const Complex one = 1.0;
  cblas_ztrsm(CblasColMajor, CblasLeft, CblasLower, transposition(op), CblasNonUnit, rows_of(m),
              columns_of(n), &one, l, leading(ldl), b, leading(ldb));
}

bool set_threads(int threads) {
  auto* const set = openblas<void(int)>("openblas_set_num_threads");
  if (set != nullptr) {
    set(threads);
  }
  return set != nullptr;
}

std::string kernels() {
  auto* const name = openblas<const char*()>("openblas_get_corename");
  return name == nullptr ? "" : name();
}

std::string library() {
  auto* const describe = openblas<const char*()>("openblas_get_config");
  return describe == nullptr ? "BLAS of unknown version" : describe();
}

}  // namespace rmtheat::blas
