#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rmtheat {

/// What a random number is for. Streams of one realization never share a counter.
enum class Stream : std::uint64_t {
  levels_1 = 1,   ///< level placement of system 1
  levels_2 = 2,   ///< level placement of system 2
  coupling = 3,   ///< elements of the coupling matrix V
  state = 4,      ///< random phases of a pure initial state
  vectors = 5,    ///< fresh Gaussian vectors of a sampled coupling
  bootstrap = 6,  ///< realizations drawn again, for the distribution of a test
  factors_1 = 7,  ///< operators on system 1 of a coupling that is a sum of products
  factors_2 = 8,  ///< those on system 2
};

/// Counter-based random numbers (Philox4x64-10, Salmon et al., SC'11, by Random123).
///
/// A number is a pure function of (seed, realization, stream, row, column): no state, no order, no
/// rank. Every process can draw any element of a realization's matrices without communication.
class PhiloxStream {
 public:
  PhiloxStream(std::uint64_t seed, std::uint64_t realization, Stream stream) noexcept
      : seed_(seed), realization_(realization), stream_(static_cast<std::uint64_t>(stream)) {}

  /// Two independent uniform numbers in the open interval (0, 1).
  [[nodiscard]] std::array<double, 2> uniform_pair(std::uint64_t row, std::uint64_t column) const;

  /// Two independent Gaussian numbers, mean 0, variance 1 (Box-Muller).
  [[nodiscard]] std::array<double, 2> gaussian_pair(std::uint64_t row, std::uint64_t column) const;

  /// Calls f(k, x, y) with (x, y) = gaussian_pair(row + k, column) for each k < count, bitwise the
  /// same and several times faster.
  template <class F>
  void for_each_gaussian_pair(std::uint64_t row, std::uint64_t column, std::size_t count,
                              F&& f) const {
    std::array<double, block_size> x;
    std::array<double, block_size> y;
    for (std::size_t first = 0; first < count; first += block_size) {
      const std::size_t length = std::min(block_size, count - first);
      draw_block(row + first, column, std::span(x).first(length), std::span(y).first(length));
      for (std::size_t k = 0; k < length; ++k) {
        f(first + k, x[k], y[k]);
      }
    }
  }

 private:
  static constexpr std::size_t block_size = 128;

  /// The Gaussian pairs of at most block_size consecutive rows.
  void draw_block(std::uint64_t row, std::uint64_t column, std::span<double> x,
                  std::span<double> y) const;
  [[nodiscard]] std::array<std::uint64_t, 2> bits(std::uint64_t row, std::uint64_t column) const;

  std::uint64_t seed_;
  std::uint64_t realization_;
  std::uint64_t stream_;
};

}  // namespace rmtheat
