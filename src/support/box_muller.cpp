// Compiled without contraction of products and sums to single instructions (-ffp-contract=off):
// processors that have them would get other last digits.

#include "box_muller.hpp"

#include <bit>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "rmtheat/support/target_clones.hpp"

namespace rmtheat {
namespace {

constexpr unsigned fraction_bits = 52;  // of a double

/// An integer below 2^52 as a double. Exact; vector instructions have no conversion before AVX-512.
[[gnu::always_inline]] inline double from_integer(std::uint64_t integer) {
  constexpr double offset = 0x1.0p52;
  return std::bit_cast<double>(integer | std::bit_cast<std::uint64_t>(offset)) - offset;
}

[[gnu::always_inline]] inline double to_unit_interval(std::uint64_t bits) {
  return (from_integer(bits >> (64U - fraction_bits)) + 0.5) * 0x1.0p-52;
}

/// By Horner's scheme, the coefficient of the highest power first.
template <class... Coefficients>
[[gnu::always_inline]] inline double polynomial(double s, double highest, Coefficients... lower) {
  double value = highest;
  ((value = value * s + lower), ...);
  return value;
}

/// log u for normal u > 0: u = 2^e m with m in [1/sqrt(2), sqrt(2)), and log m = 2 artanh f with
/// f = (m - 1) / (m + 1), |f| < 0.1716, by its series.
[[gnu::always_inline]] inline double logarithm(double u) {
  constexpr auto least = std::bit_cast<std::uint64_t>(0.5 * std::numbers::sqrt2);
  constexpr std::uint64_t bias = 1024;  // keeps the exponent positive
  const auto bits = std::bit_cast<std::uint64_t>(u);
  const std::uint64_t biased = (bits - least + (bias << fraction_bits)) >> fraction_bits;
  const double exponent = from_integer(biased) - static_cast<double>(bias);
  const auto m = std::bit_cast<double>(bits - ((biased - bias) << fraction_bits));
  const double f = (m - 1.0) / (m + 1.0);
  const double s = f * f;
  const double series = polynomial(s, 1.0 / 21.0, 1.0 / 19.0, 1.0 / 17.0, 1.0 / 15.0, 1.0 / 13.0,
                                   1.0 / 11.0, 1.0 / 9.0, 1.0 / 7.0, 1.0 / 5.0, 1.0 / 3.0);
  return exponent * std::numbers::ln2 + (2.0 * f + 2.0 * f * (s * series));
}

struct Direction {
  double cosine;
  double sine;
};

/// The direction at 2 pi v, v in (0, 1): the nearest quarter turn, and Taylor's series for the
/// rest, at most pi / 4.
[[gnu::always_inline]] inline Direction direction(double v) {
  constexpr double offset = 0x1.8p52;  // added, it leaves the nearest integer in the lowest bits
  const double shifted = 4.0 * v + offset;
  const auto quarters = std::bit_cast<std::uint64_t>(shifted);
  const double angle = (4.0 * v - (shifted - offset)) * (0.5 * std::numbers::pi);
  const double s = angle * angle;
  // 1 / 17!, -1 / 15!, ... and 1 / 16!, -1 / 14!, ...
  const double sine_series =
      polynomial(s, 1.0 / 355687428096000.0, -1.0 / 1307674368000.0, 1.0 / 6227020800.0,
                 -1.0 / 39916800.0, 1.0 / 362880.0, -1.0 / 5040.0, 1.0 / 120.0, -1.0 / 6.0);
  const double cosine_series =
      polynomial(s, 1.0 / 20922789888000.0, -1.0 / 87178291200.0, 1.0 / 479001600.0,
                 -1.0 / 3628800.0, 1.0 / 40320.0, -1.0 / 720.0, 1.0 / 24.0, -0.5);
  const double sine = angle + angle * (s * sine_series);
  const double cosine = 1.0 + s * cosine_series;
  // A quarter turn takes (cosine, sine) to (-sine, cosine).
  const bool odd = (quarters & 1U) != 0;
  const double first = odd ? sine : cosine;
  const double second = odd ? cosine : sine;
  const std::uint64_t sign = std::uint64_t{1} << 63U;
  const std::uint64_t first_sign = ((quarters + 1) << 62U) & sign;
  const std::uint64_t second_sign = (quarters << 62U) & sign;
  return {std::bit_cast<double>(std::bit_cast<std::uint64_t>(first) ^ first_sign),
          std::bit_cast<double>(std::bit_cast<std::uint64_t>(second) ^ second_sign)};
}

RMTHEAT_TARGET_CLONES
void transform(std::size_t count, const std::uint64_t* bits_u, const std::uint64_t* bits_v,
               double* __restrict x, double* __restrict y) {
  for (std::size_t k = 0; k < count; ++k) {
    const double radius = std::sqrt(-2.0 * logarithm(to_unit_interval(bits_u[k])));
    const auto [cosine, sine] = direction(to_unit_interval(bits_v[k]));
    x[k] = radius * cosine;
    y[k] = radius * sine;
  }
}

}  // namespace

double open_unit_interval(std::uint64_t bits) { return to_unit_interval(bits); }

void box_muller(std::span<const std::uint64_t> bits_u, std::span<const std::uint64_t> bits_v,
                std::span<double> x, std::span<double> y) {
  transform(bits_u.size(), bits_u.data(), bits_v.data(), x.data(), y.data());
}

}  // namespace rmtheat
