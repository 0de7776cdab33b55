#include "hermitian_kernels.hpp"

#include <array>

#include "rmtheat/support/target_clones.hpp"

namespace rmtheat::linalg {
namespace {

using Complex = std::complex<double>;

/// Columns begin anywhere in a cache line.
constexpr std::size_t lanes = 4;
using Lanes = double
    __attribute__((vector_size(lanes * sizeof(double)), aligned(alignof(double)), may_alias));

/// How far ahead to fetch: the hardware does not see far enough in columns this short.
constexpr std::size_t prefetch_distance = 128;

template <std::size_t count>
[[gnu::always_inline]] inline void multiply(const double* columns, std::size_t leading,
                                            std::size_t rows, const double* factors,
                                            const double* x, double* y, double* overlaps) {
  // NOLINTBEGIN(modernize-avoid-c-arrays): std::array drops vector attributes
  Lanes sum[count] = {};
  // NOLINTEND(modernize-avoid-c-arrays)
  const std::size_t whole = rows / lanes * lanes;
  for (std::size_t r = 0; r < whole; r += lanes) {
    const Lanes source = *reinterpret_cast<const Lanes*>(x + r);
    Lanes target = *reinterpret_cast<const Lanes*>(y + r);
    for (std::size_t k = 0; k < count; ++k) {
      const double* const a = columns + k * leading + r;
      __builtin_prefetch(a + prefetch_distance);
      const Lanes element = *reinterpret_cast<const Lanes*>(a);
      target += element * factors[k];
      sum[k] += element * source;
    }
    *reinterpret_cast<Lanes*>(y + r) = target;
  }
  for (std::size_t k = 0; k < count; ++k) {
    double overlap = (sum[k][0] + sum[k][1]) + (sum[k][2] + sum[k][3]);
    for (std::size_t r = whole; r < rows; ++r) {
      const double a = columns[k * leading + r];
      overlap += a * x[r];
      y[r] += a * factors[k];
    }
    overlaps[k] = overlap;
  }
}

template <std::size_t count>
[[gnu::always_inline]] inline void multiply(const Complex* columns, std::size_t leading,
                                            std::size_t rows, const Complex* factors,
                                            const Complex* x, Complex* y, Complex* overlaps) {
  // std::complex<double> is layout-compatible with double[2].
  const auto* const reals = reinterpret_cast<const double*>(columns);
  const auto* const source_reals = reinterpret_cast<const double*>(x);
  auto* const target_reals = reinterpret_cast<double*>(y);
  // NOLINTBEGIN(modernize-avoid-c-arrays): std::array drops vector attributes
  Lanes same[count] = {};   // real times real, imaginary times imaginary
  Lanes mixed[count] = {};  // imaginary times real, real times imaginary
  Lanes crossing[count];    // the factor's imaginary part, as it multiplies exchanged parts
  // NOLINTEND(modernize-avoid-c-arrays)
  for (std::size_t k = 0; k < count; ++k) {
    const double part = factors[k].imag();
    crossing[k] = Lanes{-part, part, -part, part};
  }
  const std::size_t whole = 2 * rows / lanes * lanes;
  for (std::size_t r = 0; r < whole; r += lanes) {
    const Lanes source = *reinterpret_cast<const Lanes*>(source_reals + r);
    Lanes target = *reinterpret_cast<const Lanes*>(target_reals + r);
    for (std::size_t k = 0; k < count; ++k) {
      const double* const a = reals + 2 * k * leading + r;
      __builtin_prefetch(a + prefetch_distance);
      const Lanes element = *reinterpret_cast<const Lanes*>(a);
      const Lanes other = __builtin_shufflevector(element, element, 1, 0, 3, 2);  // exchanged parts
      target += element * factors[k].real();
      same[k] += element * source;
      target += other * crossing[k];
      mixed[k] += other * source;
    }
    *reinterpret_cast<Lanes*>(target_reals + r) = target;
  }
  for (std::size_t k = 0; k < count; ++k) {
    Complex overlap((same[k][0] + same[k][1]) + (same[k][2] + same[k][3]),
                    (mixed[k][1] - mixed[k][0]) + (mixed[k][3] - mixed[k][2]));
    for (std::size_t r = whole / 2; r < rows; ++r) {
      const Complex a = columns[k * leading + r];
      overlap += std::conj(a) * x[r];
      y[r] += a * factors[k];
    }
    overlaps[k] = overlap;
  }
}

template <class T>
[[gnu::always_inline]] inline void multiply_any(const T* columns, std::size_t leading,
                                                std::size_t rows, std::size_t count,
                                                const T* factors, const T* x, T* y, T* overlaps) {
  static_assert(hermitian_columns == 4);
  switch (count) {
    case 1:
      return multiply<1>(columns, leading, rows, factors, x, y, overlaps);
    case 2:
      return multiply<2>(columns, leading, rows, factors, x, y, overlaps);
    case 3:
      return multiply<3>(columns, leading, rows, factors, x, y, overlaps);
    default:
      return multiply<4>(columns, leading, rows, factors, x, y, overlaps);
  }
}

}  // namespace

RMTHEAT_TARGET_CLONES void multiply_both_sides(const double* columns, std::size_t leading,
                                               std::size_t rows, std::size_t count,
                                               const double* factors, const double* x, double* y,
                                               double* overlaps) {
  multiply_any(columns, leading, rows, count, factors, x, y, overlaps);
}

RMTHEAT_TARGET_CLONES void multiply_both_sides(const Complex* columns, std::size_t leading,
                                               std::size_t rows, std::size_t count,
                                               const Complex* factors, const Complex* x, Complex* y,
                                               Complex* overlaps) {
  multiply_any(columns, leading, rows, count, factors, x, y, overlaps);
}

}  // namespace rmtheat::linalg
