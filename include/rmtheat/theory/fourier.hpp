#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace rmtheat::theory {

/// The factors of fourier_transform() for this size, a power of 2.
std::vector<std::complex<double>> fourier_factors(std::size_t size);

/// Replaces x_j by sum_l x_l e^(-2 pi i j l / n), n a power of 2.
void fourier_transform(std::vector<std::complex<double>>& x,
                       std::span<const std::complex<double>> factors);

/// sum_j x_j y_(n-j), j = 0 .. n, for n < size, through discrete Fourier transforms of the next
/// power of 2 beyond 2 size: work of order size log(size). x and y hold `size` numbers at least.
/// Errors are near 1e-16 of the largest result.
std::vector<std::complex<double>> fourier_convolution(std::span<const std::complex<double>> x,
                                                      std::span<const std::complex<double>> y,
                                                      std::size_t size);

/// sum_j'' v_j cos(pi j k / n) for k = 0 .. n, the first and last term halved, of n + 1 values, n a
/// power of 2: work of order n log(n).
std::vector<double> cosine_sums(std::span<const double> values);

/// sum_m c_m cos(pi m (2 j + 1) / (2 n)) for j = 0 .. n - 1, of n numbers, any n: work of order
/// n log(n), by Bluestein's convolution. Errors are near 1e-16 of sum_m |c_m|.
class MidpointCosineSums {
 public:
  explicit MidpointCosineSums(std::size_t n);
  [[nodiscard]] std::vector<double> operator()(std::span<const double> coefficients) const;
  /// sum_j v_j cos(pi m (2 j + 1) / (2 n)) for m = 0 .. n - 1.
  [[nodiscard]] std::vector<double> transposed(std::span<const double> values) const;

 private:
  using Phases = std::vector<std::complex<double>>;
  [[nodiscard]] std::vector<double> sums(std::span<const double> numbers, const Phases& first,
                                         const Phases& last) const;

  std::vector<std::complex<double>> before_;   ///< e^(i pi (m^2 + m) / (2 n))
  std::vector<std::complex<double>> after_;    ///< e^(i pi j^2 / (2 n)) over the transform's length
  std::vector<std::complex<double>> factors_;  ///< of transforms
  std::vector<std::complex<double>> chirp_;    ///< e^(-i pi k^2 / (2 n)), transformed
};

}  // namespace rmtheat::theory
