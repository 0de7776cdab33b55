#pragma once

#include <complex>
#include <cstdint>
#include <string>

namespace rmtheat::blas {

/// What is done to a matrix before it is multiplied.
enum class Operation : char { none = 'N', transpose = 'T', adjoint = 'C' };

/// C = alpha op(A) op(B) + beta C for column-major local matrices: C is (m, n), op(A) (m, k),
/// op(B) (k, n). Throws SystemError when a size exceeds 32 bits.
void gemm(Operation op_a, Operation op_b, std::int64_t m, std::int64_t n, std::int64_t k,
          double alpha, const double* a, std::int64_t lda, const double* b, std::int64_t ldb,
          double beta, double* c, std::int64_t ldc);
void gemm(Operation op_a, Operation op_b, std::int64_t m, std::int64_t n, std::int64_t k,
          std::complex<double> alpha, const std::complex<double>* a, std::int64_t lda,
          const std::complex<double>* b, std::int64_t ldb, std::complex<double> beta,
          std::complex<double>* c, std::int64_t ldc);

/// The same, of complex numbers with three real products for four where the library has that. Its
/// rounding errors are small against the largest elements of the product, not against each.
inline void gemm3m(Operation op_a, Operation op_b, std::int64_t m, std::int64_t n, std::int64_t k,
                   double alpha, const double* a, std::int64_t lda, const double* b,
                   std::int64_t ldb, double beta, double* c, std::int64_t ldc) {
  gemm(op_a, op_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
void gemm3m(Operation op_a, Operation op_b, std::int64_t m, std::int64_t n, std::int64_t k,
            std::complex<double> alpha, const std::complex<double>* a, std::int64_t lda,
            const std::complex<double>* b, std::int64_t ldb, std::complex<double> beta,
            std::complex<double>* c, std::int64_t ldc);

/// C = alpha A A^dagger + beta C (none) or alpha A^dagger A + beta C (adjoint), lower triangle of
/// the Hermitian (n, n) matrix C alone; k is the length summed over.
void herk(Operation op_a, std::int64_t n, std::int64_t k, double alpha, const double* a,
          std::int64_t lda, double beta, double* c, std::int64_t ldc);
void herk(Operation op_a, std::int64_t n, std::int64_t k, double alpha,
          const std::complex<double>* a, std::int64_t lda, double beta, std::complex<double>* c,
          std::int64_t ldc);

/// y = alpha op(A) x + beta y for a column-major local matrix A (m, n). Throws as gemm does.
void gemv(Operation op_a, std::int64_t m, std::int64_t n, double alpha, const double* a,
          std::int64_t lda, const double* x, double beta, double* y);
void gemv(Operation op_a, std::int64_t m, std::int64_t n, std::complex<double> alpha,
          const std::complex<double>* a, std::int64_t lda, const std::complex<double>* x,
          std::complex<double> beta, std::complex<double>* y);

/// B := op(L)^(-1) B for a lower triangular matrix L (m, m) and B (m, n), column-major and local.
void solve_triangle(Operation op, std::int64_t m, std::int64_t n, const double* l, std::int64_t ldl,
                    double* b, std::int64_t ldb);
void solve_triangle(Operation op, std::int64_t m, std::int64_t n, const std::complex<double>* l,
                    std::int64_t ldl, std::complex<double>* b, std::int64_t ldb);

/// Tells the library how many threads to use in this process. Only OpenBLAS is known: returns false
/// when another BLAS is loaded, whose threads the environment sets.
bool set_threads(int threads);

/// The processor whose kernels OpenBLAS has chosen, "Haswell" for instance; empty for another BLAS.
[[nodiscard]] std::string kernels();

/// What OpenBLAS says of its version and build, or that the version is unknown.
[[nodiscard]] std::string library();

}  // namespace rmtheat::blas
