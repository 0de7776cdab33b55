#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace rmtheat::theory {

/// sum_j x_j y_(n-j), j = 0 .. n, for n < size, through discrete Fourier transforms of the next
/// power of 2 beyond 2 size: work of order size log(size). x and y hold `size` numbers at least.
/// Errors are near 1e-16 of the largest result.
std::vector<std::complex<double>> fourier_convolution(std::span<const std::complex<double>> x,
                                                      std::span<const std::complex<double>> y,
                                                      std::size_t size);

}  // namespace rmtheat::theory
