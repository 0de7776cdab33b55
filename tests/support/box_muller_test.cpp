#include "box_muller.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace rmtheat {
namespace {

/// Random bits at both ends of their range and near all powers of 2 and eighths of a turn.
std::vector<std::uint64_t> extreme_bits() {
  std::vector<std::uint64_t> bits;
  constexpr std::uint64_t unit = std::uint64_t{1} << 12U;  // the lowest bit that counts
  for (unsigned shift = 0; shift < 64; ++shift) {
    for (std::uint64_t eighth = 0; eighth < 8; ++eighth) {
      const std::uint64_t middle = (std::uint64_t{1} << shift) + (eighth << 61U);
      bits.insert(bits.end(), {middle - unit, middle, middle + unit});
    }
  }
  bits.insert(bits.end(), {0, unit - 1, unit, ~std::uint64_t{0}, ~std::uint64_t{0} - unit});
  return bits;
}

TEST(BoxMuller, OpenUnitInterval) {
  EXPECT_EQ(open_unit_interval(0), 0x1.0p-53);
  EXPECT_EQ(open_unit_interval(~std::uint64_t{0}), 1.0 - 0x1.0p-53);
  EXPECT_EQ(open_unit_interval(std::uint64_t{1} << 63U), 0.5 + 0x1.0p-53);
}

TEST(BoxMuller, EqualsTheCLibraryInExtendedPrecision) {
  const auto bits_u = extreme_bits();
  const std::size_t size = bits_u.size();
  std::vector<double> x(size);
  std::vector<double> y(size);
  for (std::size_t shift = 0; shift < size; shift += 37) {  // each u meets many a v
    std::vector<std::uint64_t> bits_v(size);
    for (std::size_t k = 0; k < size; ++k) {
      bits_v[k] = bits_u[(k + shift) % size];
    }
    box_muller(bits_u, bits_v, x, y);
    for (std::size_t k = 0; k < size; ++k) {
      const long double u = open_unit_interval(bits_u[k]);
      const long double v = open_unit_interval(bits_v[k]);
      const long double radius = std::sqrt(-2.0L * std::log(u));
      const long double angle = 2.0L * std::numbers::pi_v<long double> * v;
      const double tolerance = 5e-16 * static_cast<double>(radius);
      ASSERT_NEAR(x[k], static_cast<double>(radius * std::cos(angle)), tolerance);
      ASSERT_NEAR(y[k], static_cast<double>(radius * std::sin(angle)), tolerance);
    }
  }
}

}  // namespace
}  // namespace rmtheat
