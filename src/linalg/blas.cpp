#include "rmtheat/linalg/blas.hpp"

#include <algorithm>
#include <cstddef>
#include <dlfcn.h>
#include <vector>

#include "blas_int.hpp"

using Complex = std::complex<double>;

// NOLINTBEGIN(readability-identifier-naming): BLAS's own names
extern "C" {
void dgemm_(const char* transa, const char* transb, const int* m, const int* n, const int* k,
            const double* alpha, const double* a, const int* lda, const double* b, const int* ldb,
            const double* beta, double* c, const int* ldc, std::size_t transa_length,
            std::size_t transb_length);
void zgemm_(const char* transa, const char* transb, const int* m, const int* n, const int* k,
            const Complex* alpha, const Complex* a, const int* lda, const Complex* b,
            const int* ldb, const Complex* beta, Complex* c, const int* ldc,
            std::size_t transa_length, std::size_t transb_length);
void dgemv_(const char* trans, const int* m, const int* n, const double* alpha, const double* a,
            const int* lda, const double* x, const int* incx, const double* beta, double* y,
            const int* incy, std::size_t trans_length);
void zgemv_(const char* trans, const int* m, const int* n, const Complex* alpha, const Complex* a,
            const int* lda, const Complex* x, const int* incx, const Complex* beta, Complex* y,
            const int* incy, std::size_t trans_length);
void dsyrk_(const char* uplo, const char* trans, const int* n, const int* k, const double* alpha,
            const double* a, const int* lda, const double* beta, double* c, const int* ldc,
            std::size_t uplo_length, std::size_t trans_length);
void zherk_(const char* uplo, const char* trans, const int* n, const int* k, const double* alpha,
            const Complex* a, const int* lda, const double* beta, Complex* c, const int* ldc,
            std::size_t uplo_length, std::size_t trans_length);
void dtrsm_(const char* side, const char* uplo, const char* transa, const char* diag, const int* m,
            const int* n, const double* alpha, const double* a, const int* lda, double* b,
            const int* ldb, std::size_t side_length, std::size_t uplo_length,
            std::size_t transa_length, std::size_t diag_length);
void ztrsm_(const char* side, const char* uplo, const char* transa, const char* diag, const int* m,
            const int* n, const Complex* alpha, const Complex* a, const int* lda, Complex* b,
            const int* ldb, std::size_t side_length, std::size_t uplo_length,
            std::size_t transa_length, std::size_t diag_length);
}
// NOLINTEND(readability-identifier-naming)

namespace rmtheat::linalg {
namespace {

template <class T, class Routine>
void call_gemm(Routine routine, Operation op_a, Operation op_b, std::int64_t m, std::int64_t n,
               std::int64_t k, T alpha, const T* a, std::int64_t lda, const T* b, std::int64_t ldb,
               T beta, T* c, std::int64_t ldc) {
  const auto trans_a = static_cast<char>(op_a);
  const auto trans_b = static_cast<char>(op_b);
  const int rows = blas_int(m, "number of rows");
  const int columns = blas_int(n, "number of columns");
  const int inner = blas_int(k, "length of a product");
  const int stride_a = blas_int(lda, "leading dimension");
  const int stride_b = blas_int(ldb, "leading dimension");
  const int stride_c = blas_int(ldc, "leading dimension");
  routine(&trans_a, &trans_b, &rows, &columns, &inner, &alpha, a, &stride_a, b, &stride_b, &beta, c,
          &stride_c, 1, 1);
}

template <class T, class Routine>
void call_herk(Routine routine, Operation op_a, std::int64_t n, std::int64_t k, double alpha,
               const T* a, std::int64_t lda, double beta, T* c, std::int64_t ldc) {
  const auto trans = static_cast<char>(op_a);
  const int size = blas_int(n, "dimension");
  const int inner = blas_int(k, "length of a product");
  const int stride_a = blas_int(lda, "leading dimension");
  const int stride_c = blas_int(ldc, "leading dimension");
  routine("L", &trans, &size, &inner, &alpha, a, &stride_a, &beta, c, &stride_c, 1, 1);
}

template <class T, class Routine>
void call_trsm(Routine routine, Operation op, std::int64_t m, std::int64_t n, const T* l,
               std::int64_t ldl, T* b, std::int64_t ldb) {
  const auto trans = static_cast<char>(op);
  const int rows = blas_int(m, "number of rows");
  const int columns = blas_int(n, "number of columns");
  const int stride_l = blas_int(ldl, "leading dimension");
  const int stride_b = blas_int(ldb, "leading dimension");
  const T unity(1);
  routine("L", "L", &trans, "N", &rows, &columns, &unity, l, &stride_l, b, &stride_b, 1, 1, 1, 1);
}

template <class T, class Routine>
void call_gemv(Routine routine, Operation op_a, std::int64_t m, std::int64_t n, T alpha, const T* a,
               std::int64_t lda, const T* x, T beta, T* y) {
  const auto trans = static_cast<char>(op_a);
  const int rows = blas_int(m, "number of rows");
  const int columns = blas_int(n, "number of columns");
  const int stride_a = blas_int(lda, "leading dimension");
  const int contiguous = 1;
  routine(&trans, &rows, &columns, &alpha, a, &stride_a, x, &contiguous, &beta, y, &contiguous, 1);
}

}  // namespace

void gemm(Operation op_a, Operation op_b, std::int64_t m, std::int64_t n, std::int64_t k,
          double alpha, const double* a, std::int64_t lda, const double* b, std::int64_t ldb,
          double beta, double* c, std::int64_t ldc) {
  call_gemm(dgemm_, op_a, op_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void gemm(Operation op_a, Operation op_b, std::int64_t m, std::int64_t n, std::int64_t k,
          Complex alpha, const Complex* a, std::int64_t lda, const Complex* b, std::int64_t ldb,
          Complex beta, Complex* c, std::int64_t ldc) {
  call_gemm(zgemm_, op_a, op_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

void herk(Operation op_a, std::int64_t n, std::int64_t k, double alpha, const double* a,
          std::int64_t lda, double beta, double* c, std::int64_t ldc) {
  call_herk(dsyrk_, op_a, n, k, alpha, a, lda, beta, c, ldc);
}

void herk(Operation op_a, std::int64_t n, std::int64_t k, double alpha, const Complex* a,
          std::int64_t lda, double beta, Complex* c, std::int64_t ldc) {
  call_herk(zherk_, op_a, n, k, alpha, a, lda, beta, c, ldc);
}

void gemv(Operation op_a, std::int64_t m, std::int64_t n, double alpha, const double* a,
          std::int64_t lda, const double* x, double beta, double* y) {
  call_gemv(dgemv_, op_a, m, n, alpha, a, lda, x, beta, y);
}

void gemv(Operation op_a, std::int64_t m, std::int64_t n, Complex alpha, const Complex* a,
          std::int64_t lda, const Complex* x, Complex beta, Complex* y) {
  if (op_a == Operation::none) {
    // OpenBLAS 0.3.21 reads one number beyond the end of x here, which need not be mapped.
    std::vector<Complex> padded(static_cast<std::size_t>(n) + 1);
    std::copy_n(x, n, padded.begin());
    call_gemv(zgemv_, op_a, m, n, alpha, a, lda, padded.data(), beta, y);
    return;
  }
  call_gemv(zgemv_, op_a, m, n, alpha, a, lda, x, beta, y);
}

void solve_triangle(Operation op, std::int64_t m, std::int64_t n, const double* l, std::int64_t ldl,
                    double* b, std::int64_t ldb) {
  call_trsm(dtrsm_, op, m, n, l, ldl, b, ldb);
}

void solve_triangle(Operation op, std::int64_t m, std::int64_t n, const Complex* l,
                    std::int64_t ldl, Complex* b, std::int64_t ldb) {
  call_trsm(ztrsm_, op, m, n, l, ldl, b, ldb);
}

std::string blas_kernels() {
  void* const symbol = dlsym(RTLD_DEFAULT, "openblas_get_corename");
  return symbol == nullptr ? "" : reinterpret_cast<const char* (*)()>(symbol)();
}

bool set_blas_threads(int threads) {
  void* const symbol = dlsym(RTLD_DEFAULT, "openblas_set_num_threads");
  if (symbol == nullptr) {
    return false;
  }
  reinterpret_cast<void (*)(int)>(symbol)(threads);
  return true;
}

}  // namespace rmtheat::linalg
