#pragma once

#include <complex>
#include <span>

namespace rmtheat::lapack {

// LAPACK's routines by their own names, without the letter of the element type; matrices are
// column-major and contiguous. All but larfg() return `info`, 0 on success. Workspaces are the
// caller's, nothing is allocated.

/// Eigenvalues, ascending in `d`, of the real tridiagonal matrix with diagonal d, (n), and
/// off-diagonal e, (n - 1), which is destroyed. Without eigenvectors, by the QR iteration.
[[nodiscard]] int sterf(int n, double* d, double* e);
/// With eigenvectors z, (n, n). `work` is (2 n).
[[nodiscard]] int stev(int n, double* d, double* e, double* z, double* work);
/// With eigenvectors, by divide and conquer. `work` is (1 + 4 n + n^2), `integer` (3 + 5 n).
[[nodiscard]] int stedc(int n, double* d, double* e, double* z, std::span<double> work,
                        std::span<int> integer);

/// All eigenvalues `values`, (n) ascending, and eigenvectors, in the place of a, (n, n), of a
/// Hermitian matrix of which the lower triangle is read, by divide and conquer (dsyevd, zheevd).
/// `real` is not used for real matrices.
[[nodiscard]] int heevd(int n, double* a, double* values, std::span<double> work,
                        std::span<double> real, std::span<int> integer);
[[nodiscard]] int heevd(int n, std::complex<double>* a, double* values,
                        std::span<std::complex<double>> work, std::span<double> real,
                        std::span<int> integer);

/// The reflection 1 - tau v v^dagger, v_0 = 1, whose adjoint takes the vector a, (n), to (beta, 0,
/// ...). Returns beta, which is real; v is left in a but for its first element.
[[nodiscard]] double larfg(int n, double* a, double* tau);
[[nodiscard]] double larfg(int n, std::complex<double>* a, std::complex<double>* tau);

}  // namespace rmtheat::lapack
