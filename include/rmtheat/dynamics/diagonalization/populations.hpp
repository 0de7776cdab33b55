#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "rmtheat/dynamics/product_basis.hpp"
#include "rmtheat/parallel/communicator.hpp"
#include "rmtheat/support/blas.hpp"

namespace rmtheat::dynamics {

/// Initial product states whose evolution is formed at once.
inline constexpr std::size_t population_block = 64;

/// Populations sum_a |<b|e^(-iHt)|a>|^2 p_a of every product state b at one time, (initial, D), for
/// each p of `initial`, (D). `vectors` are whole eigenvectors of H, (D, own) column-major, with
/// their eigenvalues (own), those of this rank. Collective; every rank has the result.
template <class T>
std::vector<double> populations(const parallel::Communicator& group, std::span<const T> vectors,
                                std::span<const double> values, std::size_t dimension, double time,
                                std::span<const Diagonal> initial) {
  // Of real vectors the real and the imaginary part of e^(-iHt), one after the other.
  constexpr std::size_t columns_each = std::is_same_v<T, double> ? 2 : 1;
  constexpr std::size_t parts = std::is_same_v<T, double> ? 1 : 2;
  const std::size_t own = values.size();
  const auto rows = static_cast<std::int64_t>(dimension);
  std::vector<T> turned(std::max<std::size_t>(1, own) * population_block * columns_each);
  std::vector<T> evolved(dimension * population_block * columns_each);
  std::vector<double> result(initial.size() * dimension);
  for (std::size_t first = 0; first < dimension; first += population_block) {
    const std::size_t width = std::min(population_block, dimension - first);
    for (std::size_t a = 0; a < width; ++a) {
      for (std::size_t n = 0; n < own; ++n) {
        const T component = vectors[n * dimension + first + a];
        const auto phase = std::polar(1.0, -values[n] * time);
        if constexpr (columns_each == 2) {
          turned[a * own + n] = phase.real() * component;
          turned[(width + a) * own + n] = phase.imag() * component;
        } else {
          turned[a * own + n] = phase * std::conj(component);
        }
      }
    }
    const std::size_t columns = width * columns_each;
    const auto own_length = static_cast<std::int64_t>(own);
    blas::gemm(blas::Operation::none, blas::Operation::none, rows,
               static_cast<std::int64_t>(columns), own_length, T(1), vectors.data(), rows,
               turned.data(), std::max<std::int64_t>(1, own_length), T(0), evolved.data(), rows);
    group.all_reduce(
        std::span(reinterpret_cast<double*>(evolved.data()), parts * columns * dimension),
        parallel::Reduction::sum);
    for (std::size_t column = 0; column < columns; ++column) {
      const T* const amplitudes = evolved.data() + column * dimension;
      for (std::size_t k = 0; k < initial.size(); ++k) {
        const double weight = initial[k][first + column % width];
        double* const sums = result.data() + k * dimension;
        for (std::size_t b = 0; b < dimension; ++b) {
          sums[b] += weight * std::norm(amplitudes[b]);
        }
      }
    }
  }
  return result;
}

}  // namespace rmtheat::dynamics
