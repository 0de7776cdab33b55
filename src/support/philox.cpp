#include "rmtheat/support/philox.hpp"

#include <cmath>
#include <numbers>

#include <Random123/philox.h>

namespace rmtheat {
namespace {

/// The upper 53 bits as a double in (0, 1): both ends are excluded, so that log() and every
/// quantile function stay finite.
double open_unit_interval(std::uint64_t bits) {
  return (static_cast<double>(bits >> 11U) + 0.5) * 0x1.0p-53;
}

}  // namespace

std::array<double, 2> PhiloxStream::uniform_pair(std::uint64_t row, std::uint64_t column) const {
  const r123::Philox4x64::key_type key = {{seed_, realization_}};
  const r123::Philox4x64::ctr_type counter = {{row, column, stream_, 0}};
  const auto bits = r123::Philox4x64()(counter, key);
  return {open_unit_interval(bits[0]), open_unit_interval(bits[1])};
}

std::array<double, 2> PhiloxStream::gaussian_pair(std::uint64_t row, std::uint64_t column) const {
  const auto [u, v] = uniform_pair(row, column);
  const double radius = std::sqrt(-2.0 * std::log(u));
  const double angle = 2.0 * std::numbers::pi * v;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace rmtheat
