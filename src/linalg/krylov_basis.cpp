#include "rmtheat/linalg/krylov_basis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numeric>
#include <type_traits>

#include "krylov_kernels.hpp"
#include "rmtheat/linalg/blas.hpp"

namespace rmtheat::linalg {
namespace {

template <Scalar T>
constexpr std::size_t parts = sizeof(T) / sizeof(double);

template <Scalar T>
constexpr std::size_t rows_of_block = KrylovBasis<T>::block_rows;
static_assert(rows_of_block<double> == krylov_block_numbers);
static_assert(parts<std::complex<double>> * rows_of_block<std::complex<double>> ==
              krylov_block_numbers);

/// A block of one vector outside of the basis.
struct alignas(HugePageAllocator<double>::cache_line) Block {
  std::array<double, krylov_block_numbers> numbers;
};

/// Real parts, then imaginary ones; zeros behind the last row.
template <Scalar T>
Block packed(std::span<const T> rows) {
  Block block{};
  for (std::size_t row = 0; row < rows.size(); ++row) {
    block.numbers[row] = std::real(rows[row]);
    if constexpr (parts<T> == 2) {
      block.numbers[rows_of_block<T> + row] = std::imag(rows[row]);
    }
  }
  return block;
}

template <Scalar T>
T element(const double* block, std::size_t row) {
  if constexpr (parts<T> == 2) {
    return {block[row], block[rows_of_block<T> + row]};
  } else {
    return block[row];
  }
}

template <Scalar T>
void unpack(const double* block, std::span<T> rows) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    rows[row] = element<T>(block, row);
  }
}

/// Calls f(first) for each block of rows.
template <Scalar T, class F>
void for_each_block(std::size_t rows, F&& f) {
  for (std::size_t first = 0; first < rows; first += rows_of_block<T>) {
    f(first);
  }
}

/// The rows of a vector that are in a block.
template <Scalar T, class U>
std::span<U> rows_from(std::span<U> vector, std::size_t first) {
  return vector.subspan(first, std::min(rows_of_block<T>, vector.size() - first));
}

double conjugate(double x) { return x; }
std::complex<double> conjugate(std::complex<double> x) { return std::conj(x); }

}  // namespace

template <Scalar T>
const double* KrylovBasis<T>::block(std::size_t k, std::size_t first) const {
  const std::size_t index = first / block_rows * panel_width + k % panel_width;
  return panels_[k / panel_width].data() + index * krylov_block_numbers;
}

template <Scalar T>
double* KrylovBasis<T>::block(std::size_t k, std::size_t first) {
  return const_cast<double*>(std::as_const(*this).block(k, first));
}

template <Scalar T>
void KrylovBasis<T>::reserve(std::size_t vectors) {
  const std::size_t blocks = (rows_ + block_rows - 1) / block_rows;
  while (panels_.size() * panel_width < vectors) {
    panels_.emplace_back(blocks * panel_width * krylov_block_numbers);
  }
}

template <Scalar T>
std::vector<T> KrylovBasis<T>::vector(std::size_t k) const {
  std::vector<T> rows(rows_);
  for_each_block<T>(rows_, [&](std::size_t first) {
    unpack(block(k, first), rows_from<T>(std::span(rows), first));
  });
  return rows;
}

template <Scalar T>
void KrylovBasis<T>::subtract(std::size_t n, std::size_t first, std::span<const T> coefficients,
                              double* target) const {
  for (std::size_t k = 0; k < n; k += panel_width) {
    krylov_subtract(block(k, first), std::min(panel_width, n - k), coefficients.data() + k, target);
  }
}

template <Scalar T>
void KrylovBasis<T>::add_overlaps(std::size_t n, std::size_t first, const double* source) {
  constexpr auto add = parts<T> == 2 ? krylov_add_complex_overlaps : krylov_add_real_overlaps;
  for (std::size_t k = 0; k < n; k += panel_width) {
    add(block(k, first), std::min(panel_width, n - k), source,
        sums_.data() + k * parts<T> * krylov_lanes);
  }
}

template <Scalar T>
void KrylovBasis<T>::clear_sums(std::size_t n) {
  sums_.assign(n * parts<T> * krylov_lanes, 0.0);
}

template <Scalar T>
void KrylovBasis<T>::reduce_sums(std::span<T> overlaps) const {
  const double* lanes = sums_.data();
  const auto next = [&lanes] {
    const double* const begin = lanes;
    lanes += krylov_lanes;
    return std::accumulate(begin, lanes, 0.0);
  };
  for (T& overlap : overlaps) {
    if constexpr (parts<T> == 2) {
      const double real = next();
      overlap = {real, next()};
    } else {
      overlap = next();
    }
  }
}

template <Scalar T>
double KrylovBasis<T>::project(std::span<const T> coefficients, std::span<T> overlaps) {
  clear_sums(size_);
  double norm = 0.0;
  for_each_block<T>(rows_, [&](std::size_t first) {
    const auto rows = rows_from<T>(std::span(candidate_), first);
    Block target = packed<T>(rows);
    subtract(size_, first, coefficients, target.numbers.data());
    add_overlaps(size_, first, target.numbers.data());
    unpack(target.numbers.data(), rows);
    for (const double number : target.numbers) {
      norm += number * number;
    }
  });
  reduce_sums(overlaps);
  return norm;
}

template <Scalar T>
void KrylovBasis<T>::accept_block(std::size_t n, std::size_t first, std::span<const T> coefficients,
                                  double scale) {
  Block target = packed<T>(rows_from<T>(std::span(candidate_), first));
  subtract(n, first, coefficients, target.numbers.data());
  std::ranges::transform(target.numbers, block(n, first),
                         [scale](double number) { return scale * number; });
}

template <Scalar T>
void KrylovBasis<T>::apply_block(std::size_t n, std::size_t first, const Operator& op) {
  const auto image = rows_from<T>(std::span(candidate_), first);
  std::array<T, block_rows> newest;
  const auto rows = std::span(newest).first(image.size());
  unpack(block(n - 1, first), rows);
  op(first, rows, image);
  add_overlaps(n, first, packed<T>(image).numbers.data());
}

template <Scalar T>
void KrylovBasis<T>::accept(std::span<const T> coefficients, double scale) {
  reserve(size_ + 1);
  for_each_block<T>(rows_,
                    [&](std::size_t first) { accept_block(size_, first, coefficients, scale); });
  ++size_;
}

template <Scalar T>
void KrylovBasis<T>::apply(const Operator& op, std::span<T> overlaps) {
  clear_sums(size_);
  for_each_block<T>(rows_, [&](std::size_t first) { apply_block(size_, first, op); });
  reduce_sums(overlaps);
}

template <Scalar T>
void KrylovBasis<T>::accept_and_apply(std::span<const T> coefficients, double scale,
                                      const Operator& op, std::span<T> overlaps) {
  reserve(size_ + 1);
  clear_sums(size_ + 1);
  for_each_block<T>(rows_, [&](std::size_t first) {
    accept_block(size_, first, coefficients, scale);
    apply_block(size_ + 1, first, op);
  });
  reduce_sums(overlaps);
  ++size_;
}

template <Scalar T>
std::vector<T> KrylovBasis<T>::weighted_products(std::span<const double> weights) const {
  // With A = diag(weights)^(1/2) Q the product A^dagger A, half of it, in blocks that BLAS likes.
  constexpr std::size_t tile_rows = 16 * block_rows;
  const auto n = static_cast<std::int64_t>(size_);
  std::vector<T> tile(tile_rows * size_);
  std::vector<T> lower(size_ * size_);
  std::array<double, block_rows> roots;
  for (std::size_t begin = 0; begin < rows_; begin += tile_rows) {
    const std::size_t rows = std::min(tile_rows, rows_ - begin);
    for (std::size_t first = begin; first < begin + rows; first += block_rows) {
      const auto block_weights = rows_from<T>(weights, first);
      std::ranges::transform(block_weights, roots.begin(),
                             [](double weight) { return std::sqrt(weight); });
      for (std::size_t k = 0; k < size_; ++k) {
        const double* const numbers = block(k, first);
        T* const column = tile.data() + k * rows + (first - begin);
        for (std::size_t row = 0; row < block_weights.size(); ++row) {
          column[row] = roots[row] * element<T>(numbers, row);
        }
      }
    }
    herk(Operation::adjoint, n, static_cast<std::int64_t>(rows), 1.0, tile.data(),
         static_cast<std::int64_t>(rows), 1.0, lower.data(), n);
  }
  std::vector<T> upper;
  upper.reserve(size_ * (size_ + 1) / 2);
  for (std::size_t column = 0; column < size_; ++column) {
    for (std::size_t row = 0; row <= column; ++row) {
      upper.push_back(conjugate(lower[row * size_ + column]));
    }
  }
  return upper;
}

template class KrylovBasis<double>;
template class KrylovBasis<std::complex<double>>;

}  // namespace rmtheat::linalg
