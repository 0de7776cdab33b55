#include "rmtheat/support/philox.hpp"

#include <Random123/philox.h>

#include "box_muller.hpp"

namespace rmtheat {

std::array<std::uint64_t, 2> PhiloxStream::bits(std::uint64_t row, std::uint64_t column) const {
  const r123::Philox4x64::key_type key = {{seed_, realization_}};
  const r123::Philox4x64::ctr_type counter = {{row, column, stream_, 0}};
  const auto bits = r123::Philox4x64()(counter, key);
  return {bits[0], bits[1]};
}

std::array<double, 2> PhiloxStream::uniform_pair(std::uint64_t row, std::uint64_t column) const {
  const auto [u, v] = bits(row, column);
  return {open_unit_interval(u), open_unit_interval(v)};
}

std::array<double, 2> PhiloxStream::gaussian_pair(std::uint64_t row, std::uint64_t column) const {
  std::array<double, 2> pair;
  draw_block(row, column, std::span(pair).first(1), std::span(pair).last(1));
  return pair;
}

void PhiloxStream::draw_block(std::uint64_t row, std::uint64_t column, std::span<double> x,
                              std::span<double> y) const {
  std::array<std::uint64_t, block_size> u;
  std::array<std::uint64_t, block_size> v;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const auto drawn = bits(row + k, column);
    u[k] = drawn[0];
    v[k] = drawn[1];
  }
  box_muller(std::span(u).first(x.size()), std::span(v).first(x.size()), x, y);
}

}  // namespace rmtheat
