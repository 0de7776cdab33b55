#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace rmtheat {

/// What a random number is for. Streams of one realization never share a counter.
enum class Stream : std::uint64_t {
  levels_1 = 1,  ///< level placement of system 1
  levels_2 = 2,  ///< level placement of system 2
  coupling = 3,  ///< elements of the coupling matrix V
  state = 4,     ///< random phases of a pure initial state
  vectors = 5,   ///< fresh Gaussian vectors of a sampled coupling
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

  /// The pairs of consecutive rows, bitwise the same and several times faster: x[k] and y[k] are
  /// gaussian_pair(row + k, column). Both spans are equally long.
  void gaussian_pairs(std::uint64_t row, std::uint64_t column, std::span<double> x,
                      std::span<double> y) const;

 private:
  [[nodiscard]] std::array<std::uint64_t, 2> bits(std::uint64_t row, std::uint64_t column) const;

  std::uint64_t seed_;
  std::uint64_t realization_;
  std::uint64_t stream_;
};

}  // namespace rmtheat
