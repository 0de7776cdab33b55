#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace rmtheat::theory {

/// Fourier transforms from arbitrary frequencies to equidistant times, sum_j c_j e^(-i x_j t_m),
/// t_m = first + m step, m < count, in work of order (frequencies + count log count): the c_j are
/// spread on a fine grid by a Kaiser-Bessel window, whose own transform is divided out (Greengard
/// and Lee, SIAM Review 46, 443; the window and its width as in Barnett, Magland and af Klinteberg,
/// SIAM J. Sci. Comput. 41, C479). Errors are near 1e-14 of sum_j |c_j|.
class NonuniformTransform {
 public:
  /// Frequencies times `step` must not exceed pi.
  NonuniformTransform(std::span<const double> frequencies, double first, double step,
                      std::size_t count);
  [[nodiscard]] std::vector<std::complex<double>> operator()(
      std::span<const double> coefficients) const;
  /// Floating-point operations of one transform.
  [[nodiscard]] static double cost(std::size_t frequencies, std::size_t count);

 private:
  std::size_t count_;
  std::size_t fine_;                           ///< size of the fine grid, a power of 2
  std::vector<std::size_t> begin_;             ///< of each frequency's window in the fine grid
  std::vector<double> window_;                 ///< its values there, one frequency after the other
  std::vector<std::complex<double>> phase_;    ///< e^(-i x_j t) of the middle time
  std::vector<double> correction_;             ///< 1 / transform of the window, per time
  std::vector<std::complex<double>> factors_;  ///< of the transform
};

}  // namespace rmtheat::theory
