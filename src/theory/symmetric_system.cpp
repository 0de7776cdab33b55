#include "symmetric_system.hpp"

#include "rmtheat/support/target_clones.hpp"

namespace rmtheat::theory {
namespace {

/// y -= a x, real and imaginary parts apart.
RMTHEAT_TARGET_CLONES
void subtract(Complex a, const double* x_real, const double* x_imag, double* __restrict y_real,
              double* __restrict y_imag, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    y_real[i] -= a.real() * x_real[i] - a.imag() * x_imag[i];
    y_imag[i] -= a.real() * x_imag[i] + a.imag() * x_real[i];
  }
}

}  // namespace

void SymmetricSystem::factorize() {
  for (std::size_t k = 0; k < size_; ++k) {
    inverse_[k] = 1.0 / at(k, k);
    for (std::size_t j = k + 1; j < size_; ++j) {
      subtract_column(product(at(j, k), inverse_[k]), k, j, real_.data() + j * size_,
                      imag_.data() + j * size_);
    }
  }
}

void SymmetricSystem::solve(std::vector<double>& x_real, std::vector<double>& x_imag) const {
  for (std::size_t k = 0; k < size_; ++k) {
    const Complex x = product({x_real[k], x_imag[k]}, inverse_[k]);
    subtract_column(x, k, k + 1, x_real.data(), x_imag.data());
  }
  for (std::size_t k = size_; k-- > 0;) {
    Complex x(x_real[k], x_imag[k]);
    for (std::size_t i = k + 1; i < size_; ++i) {
      x -= product(at(i, k), {x_real[i], x_imag[i]});
    }
    x = product(x, inverse_[k]);
    x_real[k] = x.real();
    x_imag[k] = x.imag();
  }
}

void SymmetricSystem::subtract_column(Complex a, std::size_t column, std::size_t first,
                                      double* real, double* imag) const {
  subtract(a, real_.data() + column * size_ + first, imag_.data() + column * size_ + first,
           real + first, imag + first, size_ - first);
}

}  // namespace rmtheat::theory
