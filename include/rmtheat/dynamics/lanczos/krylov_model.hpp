#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "rmtheat/model/observable/evolution.hpp"
#include "rmtheat/support/tridiagonal.hpp"

namespace rmtheat::dynamics {

/// H and diagonal observables in the Krylov space of a state psi: with Q the K orthonormal
/// Lanczos vectors, q_1 = psi / |psi|, H is the real symmetric tridiagonal matrix T. The complex
/// amplitudes of psi(t) are |psi| e^(-iTt) e_1.
///
/// Elements are real for a real symmetric H and a real psi, else complex.
template <class T>
struct KrylovModel {
  double norm_squared = 0.0;         ///< <psi|psi>
  std::vector<double> diagonal;      ///< of T, (K)
  std::vector<double> off_diagonal;  ///< of T, (K - 1)
  /// Q^dagger O Q of each observable O, upper triangle, columns one after the other: column k has k
  /// + 1 elements. H_1 and H_2; then E_1^2, E_1 E_2, E_2^2 where second moments are wanted.
  std::vector<std::vector<T>> observables;

  [[nodiscard]] std::size_t size() const { return diagonal.size(); }
};

/// Amplitudes c(t) = e^(-iTt) e_1 on the Lanczos vectors.
class KrylovAmplitudes {
 public:
  KrylovAmplitudes(const std::vector<double>& diagonal, const std::vector<double>& off_diagonal)
      : system_(tridiagonal_eigensystem(diagonal, off_diagonal)) {}

  /// (K)
  [[nodiscard]] std::vector<std::complex<double>> at(double time) const;
  /// The largest |c_K(t)| over these times: what leaks out of the Krylov space is of this order.
  [[nodiscard]] double tail(std::span<const double> times) const;

 private:
  TridiagonalEigensystem system_;
};

/// With P_i = Q^dagger H_i Q and c = c(t): <H_i> = c^dagger P_i c and, without finite differences,
/// d<H_i>/dt = i c^dagger [T, P_i] c = -2 Im (T c)^dagger P_i c; both times <psi|psi>. Second
/// moments are those of the observables alone, <E_i E_j>(t) - <E_i E_j>(0). All zero for an empty
/// model.
template <class T>
model::Evolution evolve(const KrylovModel<T>& model, std::span<const double> times);

}  // namespace rmtheat::dynamics
