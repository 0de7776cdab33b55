#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace rmtheat::model {

/// A system's levels, ascending, and the basis in which its operators are wanted.
struct Eigensystem {
  std::vector<double> levels;                 ///< (N)
  std::vector<std::complex<double>> vectors;  ///< (N, N), column-major: column k belongs to level k
};

/// Of a dense Hermitian matrix, (N, N) row-major, by LAPACK. Eigenvectors are real for a real
/// matrix. Phases are fixed: of each vector the first element of at least half the largest modulus
/// is positive. Throws NumericalError.
Eigensystem diagonalized(std::span<const std::complex<double>> hamiltonian, std::size_t size);

/// Largest |H_ij - conj(H_ji)| over the largest |H_ij|.
[[nodiscard]] double hermiticity_defect(std::span<const std::complex<double>> matrix,
                                        std::size_t size);

}  // namespace rmtheat::model
