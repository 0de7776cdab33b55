#pragma once

#include <vector>

namespace rmtheat {

/// Eigenvalues, ascending, of the real symmetric tridiagonal matrix with this diagonal (n) and this
/// off-diagonal (n - 1), by LAPACK dsterf. Throws NumericalError when it does not converge.
std::vector<double> tridiagonal_eigenvalues(std::vector<double> diagonal,
                                            std::vector<double> off_diagonal);

struct TridiagonalEigensystem {
  std::vector<double> values;   ///< (n), ascending
  std::vector<double> vectors;  ///< (n, n), column-major: vector k is column k
};

/// Eigenvalues and eigenvectors of the same matrix, by LAPACK dstev.
TridiagonalEigensystem tridiagonal_eigensystem(std::vector<double> diagonal,
                                               std::vector<double> off_diagonal);

}  // namespace rmtheat
