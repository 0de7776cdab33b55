#pragma once

#include <complex>
#include <cstddef>
#include <vector>

namespace rmtheat::theory {

using Complex = std::complex<double>;

/// By its formula: C++'s own operator guards against infinities and takes several times longer.
inline Complex product(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// A complex symmetric matrix with a positive definite real part, and its L D L^T: no pivots are
/// needed.
class SymmetricSystem {
 public:
  explicit SymmetricSystem(std::size_t size)
      : size_(size), real_(size * size), imag_(size * size), inverse_(size) {}

  /// In the lower triangle.
  void set(std::size_t row, std::size_t column, Complex value) {
    real_[column * size_ + row] = value.real();
    imag_[column * size_ + row] = value.imag();
  }

  /// Leaves L D below the diagonal.
  void factorize();

  /// Takes x, (size), to the solution for the right-hand side x.
  void solve(std::vector<double>& x_real, std::vector<double>& x_imag) const;

 private:
  [[nodiscard]] Complex at(std::size_t row, std::size_t column) const {
    return {real_[column * size_ + row], imag_[column * size_ + row]};
  }
  /// Subtracts a times the rows from `first` on of a column.
  void subtract_column(Complex a, std::size_t column, std::size_t first, double* real,
                       double* imag) const;

  std::size_t size_;
  std::vector<double> real_;
  std::vector<double> imag_;
  std::vector<Complex> inverse_;  ///< of D
};

}  // namespace rmtheat::theory
