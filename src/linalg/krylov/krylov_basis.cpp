#include "rmtheat/linalg/krylov/krylov_basis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numeric>

#include "conjugate.hpp"
#include "krylov/krylov_kernels.hpp"
#include "rmtheat/support/blas.hpp"

namespace rmtheat::linalg {
namespace {

using blas::Operation;

template <Scalar T>
constexpr std::size_t parts = sizeof(T) / sizeof(double);

template <Scalar T>
constexpr std::size_t rows_of_block = KrylovBasis<T>::block_rows;
static_assert(rows_of_block<double> == krylov_block_numbers);
static_assert(parts<std::complex<double>> * rows_of_block<std::complex<double>> ==
              krylov_block_numbers);

template <Scalar T>
T element(const double* block, std::size_t row) {
  if constexpr (parts<T> == 2) {
    return {block[row], block[rows_of_block<T> + row]};
  } else {
    return block[row];
  }
}

/// Real parts, then imaginary ones; zeros in place of rows that the last block lacks.
template <Scalar T>
void pack(std::span<const T> rows, double* block) {
  if (rows.size() < rows_of_block<T>) {
    std::fill_n(block, krylov_block_numbers, 0.0);
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    block[row] = std::real(rows[row]);
    if constexpr (parts<T> == 2) {
      block[rows_of_block<T> + row] = std::imag(rows[row]);
    }
  }
}

template <Scalar T>
void unpack(const double* block, std::span<T> rows) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    rows[row] = element<T>(block, row);
  }
}

/// Numbers that an overlap is summed in.
template <Scalar T>
constexpr std::size_t sum_numbers = parts<T>* krylov_lanes;

template <Scalar T>
constexpr auto add_block_overlaps =
    parts<T> == 2 ? krylov_add_complex_overlaps : krylov_add_real_overlaps;

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

template <Scalar T>
std::size_t blocks_of(std::size_t rows) {
  return (rows + rows_of_block<T> - 1) / rows_of_block<T>;
}

}  // namespace

template <Scalar T>
KrylovBasis<T>::KrylovBasis(std::size_t rows)
    : rows_(rows), candidate_(blocks_of<T>(rows) * krylov_block_numbers) {}

template <Scalar T>
const double* KrylovBasis<T>::block(std::size_t k, std::size_t first) const {
  return panels_[k / panel_width].data() + offset(k, first);
}

template <Scalar T>
std::size_t KrylovBasis<T>::offset(std::size_t k, std::size_t first) {
  return (first / block_rows * panel_width + k % panel_width) * krylov_block_numbers;
}

template <Scalar T>
double* KrylovBasis<T>::candidate_block(std::size_t first) {
  return candidate_.data() + first / block_rows * krylov_block_numbers;
}

template <Scalar T>
void KrylovBasis<T>::reserve(std::size_t vectors) {
  while (panels_.size() * panel_width < vectors) {
    panels_.emplace_back(panel_width * candidate_.size());
  }
}

template <Scalar T>
void KrylovBasis<T>::start(std::span<const T> candidate) {
  size_ = 0;
  for_each_block<T>(rows_, [&](std::size_t first) {
    pack(rows_from<T>(candidate, first), candidate_block(first));
  });
}

template <Scalar T>
void KrylovBasis<T>::copy_vector(std::size_t k, std::span<T> rows) const {
  for_each_block<T>(rows_,
                    [&](std::size_t first) { unpack(block(k, first), rows_from<T>(rows, first)); });
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
  for (std::size_t k = 0; k < n; k += panel_width) {
    add_block_overlaps<T>(block(k, first), std::min(panel_width, n - k), source,
                          sums_.data() + k * sum_numbers<T>);
  }
}

template <Scalar T>
void KrylovBasis<T>::clear_sums(std::size_t count) {
  sums_.assign(count * sum_numbers<T>, 0.0);
}

template <Scalar T>
T KrylovBasis<T>::sum(std::size_t k) const {
  const double* const lanes = sums_.data() + k * sum_numbers<T>;
  const double real = std::accumulate(lanes, lanes + krylov_lanes, 0.0);
  if constexpr (parts<T> == 2) {
    return {real, std::accumulate(lanes + krylov_lanes, lanes + 2 * krylov_lanes, 0.0)};
  } else {
    return real;
  }
}

template <Scalar T>
void KrylovBasis<T>::store_sums(std::span<T> overlaps) const {
  for (std::size_t k = 0; k < overlaps.size(); ++k) {
    overlaps[k] = sum(k);
  }
}

template <Scalar T>
double KrylovBasis<T>::project(std::span<const T> coefficients, std::span<T> overlaps) {
  clear_sums(size_ + 1);  // the last one is that of the candidate with itself
  double* const norm = sums_.data() + size_ * sum_numbers<T>;
  for_each_block<T>(rows_, [&](std::size_t first) {
    double* const target = candidate_block(first);
    subtract(size_, first, coefficients, target);
    add_overlaps(size_, first, target);
    add_block_overlaps<T>(target, 1, target, norm);
  });
  store_sums(overlaps);
  return std::real(sum(size_));
}

template <Scalar T>
void KrylovBasis<T>::accept_block(std::size_t n, std::size_t first, std::span<const T> coefficients,
                                  double scale) {
  double* const target = candidate_block(first);
  subtract(n, first, coefficients, target);
  std::transform(target, target + krylov_block_numbers,
                 panels_[n / panel_width].data() + offset(n, first),
                 [scale](double number) { return scale * number; });
}

template <Scalar T>
void KrylovBasis<T>::apply_block(std::size_t n, std::size_t first, const Operator& op) {
  const std::size_t count = std::min(block_rows, rows_ - first);
  std::array<T, block_rows> newest;
  std::array<T, block_rows> image;
  unpack(block(n - 1, first), std::span(newest).first(count));
  op(first, std::span(newest).first(count), std::span(image).first(count));
  double* const candidate = candidate_block(first);
  pack<T>(std::span(image).first(count), candidate);
  add_overlaps(n, first, candidate);
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
  store_sums(overlaps);
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
  store_sums(overlaps);
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
    blas::herk(Operation::adjoint, n, static_cast<std::int64_t>(rows), 1.0, tile.data(),
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
