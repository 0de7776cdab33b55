#pragma once

#include <complex>

namespace rmtheat::linalg {

/// Of the same type, where std::conj makes complex numbers of real ones.
inline double conjugate(double number) { return number; }
inline std::complex<double> conjugate(const std::complex<double>& number) {
  return std::conj(number);
}

}  // namespace rmtheat::linalg
