#include "eigensolver/own/hermitian_kernels.hpp"

#include <array>

#include "rmtheat/support/lanes.hpp"
#include "rmtheat/support/target_clones.hpp"

namespace rmtheat::linalg {
namespace {

using Complex = std::complex<double>;

/// A cache line of each column at a time: one request to fetch for each.
constexpr std::size_t vectors = 2;
constexpr std::size_t line = vectors * lanes;

/// How far ahead to fetch: the hardware does not see far enough in columns this short.
constexpr std::size_t prefetch_distance = 128;

double total(const Lanes& x) { return (x[0] + x[1]) + (x[2] + x[3]); }

// NOLINTBEGIN(modernize-avoid-c-arrays): std::array drops vector attributes

template <std::size_t count>
[[gnu::always_inline]] inline void multiply(const double* columns, std::size_t leading,
                                            std::size_t rows, const double* factors,
                                            const double* x, double* y, double* overlaps) {
  Lanes sum[count] = {};
  const std::size_t whole = rows / line * line;
  for (std::size_t r = 0; r < whole; r += line) {
    const auto* const source = reinterpret_cast<const Lanes*>(x + r);
    auto* const target = reinterpret_cast<Lanes*>(y + r);
    Lanes result[vectors] = {target[0], target[1]};
    for (std::size_t k = 0; k < count; ++k) {
      const auto* const a = reinterpret_cast<const Lanes*>(columns + k * leading + r);
      __builtin_prefetch(columns + k * leading + r + prefetch_distance);
      for (std::size_t v = 0; v < vectors; ++v) {
        result[v] += a[v] * factors[k];
        sum[k] += a[v] * source[v];
      }
    }
    target[0] = result[0];
    target[1] = result[1];
  }
  for (std::size_t k = 0; k < count; ++k) {
    overlaps[k] = total(sum[k]);
    for (std::size_t r = whole; r < rows; ++r) {
      const double a = columns[k * leading + r];
      overlaps[k] += a * x[r];
      y[r] += a * factors[k];
    }
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
  Lanes same[count] = {};   // real times real, imaginary times imaginary
  Lanes mixed[count] = {};  // imaginary times real, real times imaginary
  Lanes crossing[count];    // the factor's imaginary part, as it multiplies exchanged parts
  for (std::size_t k = 0; k < count; ++k) {
    const double part = factors[k].imag();
    crossing[k] = Lanes{-part, part, -part, part};
  }
  const std::size_t whole = 2 * rows / line * line;
  for (std::size_t r = 0; r < whole; r += line) {
    const auto* const source = reinterpret_cast<const Lanes*>(source_reals + r);
    auto* const target = reinterpret_cast<Lanes*>(target_reals + r);
    Lanes result[vectors] = {target[0], target[1]};
    for (std::size_t k = 0; k < count; ++k) {
      const double* const begin = reals + 2 * k * leading + r;
      const auto* const a = reinterpret_cast<const Lanes*>(begin);
      __builtin_prefetch(begin + prefetch_distance);
      for (std::size_t v = 0; v < vectors; ++v) {
        const Lanes exchanged = __builtin_shufflevector(a[v], a[v], 1, 0, 3, 2);
        result[v] += a[v] * factors[k].real();
        same[k] += a[v] * source[v];
        result[v] += exchanged * crossing[k];
        mixed[k] += exchanged * source[v];
      }
    }
    target[0] = result[0];
    target[1] = result[1];
  }
  for (std::size_t k = 0; k < count; ++k) {
    overlaps[k] = {total(same[k]), (mixed[k][1] - mixed[k][0]) + (mixed[k][3] - mixed[k][2])};
    for (std::size_t r = whole / 2; r < rows; ++r) {
      const Complex a = columns[k * leading + r];
      overlaps[k] += std::conj(a) * x[r];
      y[r] += a * factors[k];
    }
  }
}

// NOLINTEND(modernize-avoid-c-arrays)

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
