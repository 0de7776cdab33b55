#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "rmtheat/linalg/distributed_matrix.hpp"
#include "rmtheat/linalg/huge_page_allocator.hpp"

namespace rmtheat::linalg {

/// A growing set of orthonormal vectors q_0, ..., q_(n-1), of which each process holds the same
/// rows. One candidate for q_n stands behind them.
///
/// Each vector is built by classical Gram-Schmidt with two projections. All work on the basis is
/// done in blocks of rows that stay in the cache, so that one step of a Krylov recursion reads the
/// basis from memory twice: once in project(), once in accept_and_apply(). Sums are over the local
/// rows: the caller adds those of the processes.
template <Scalar T>
class KrylovBasis {
 public:
  /// Rows that are worked on at once.
  static constexpr std::size_t block_rows = 256;
  /// Vectors are allocated in this number.
  static constexpr std::size_t panel_width = 8;

  explicit KrylovBasis(std::size_t rows) : rows_(rows) {}

  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// n, the number of vectors without the candidate.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Forgets all vectors, keeps their memory.
  void clear() { size_ = 0; }

  /// Local rows of q_k, (rows).
  [[nodiscard]] std::span<const T> column(std::size_t k) const;
  /// Local rows of the candidate, (rows). Invalid after the basis has grown.
  [[nodiscard]] std::span<T> candidate();

  /// candidate -= Q coefficients; overlaps = Q^dagger candidate, with Q the n vectors. Returns the
  /// squared norm of the new candidate.
  double project(std::span<const T> coefficients, std::span<T> overlaps);

  /// candidate = scale (candidate - Q coefficients) becomes q_n, and n grows by one.
  void accept(std::span<const T> coefficients, double scale);

  /// Fills `images`, (block, m), column-major, from a block of the newest vector that begins at
  /// local row `first`.
  using Images =
      std::function<void(std::size_t first, std::span<const T> newest, std::span<T> images)>;

  /// Takes `count` images of the newest vector, block by block; overlaps = Q^dagger images,
  /// (n, count), column-major. The last image is the next candidate.
  void apply(const Images& images, std::size_t count, std::span<T> overlaps);

  /// accept() and apply() in one sweep over the basis.
  void accept_and_apply(std::span<const T> coefficients, double scale, const Images& images,
                        std::size_t count, std::span<T> overlaps);

 private:
  [[nodiscard]] T* column_data(std::size_t k);
  void reserve(std::size_t vectors);
  /// Calls f(first, rows) for each block of rows.
  template <class F>
  void for_each_block(F&& f) const;
  // The following work on one block of rows and on the first n vectors.
  /// target -= Q coefficients.
  void subtract(std::size_t n, std::size_t first, std::size_t rows, std::span<const T> coefficients,
                T* target);
  /// overlaps += Q^dagger source.
  void add_overlaps(std::size_t n, std::size_t first, std::size_t rows, const T* source,
                    T* overlaps);
  /// Makes the candidate q_n out of what stands in its place.
  void finish_block(std::size_t n, std::size_t first, std::size_t rows,
                    std::span<const T> coefficients, double scale);
  /// Images of q_(n-1), their overlaps, and the next candidate.
  void apply_block(std::size_t n, std::size_t first, std::size_t rows, const Images& images,
                   std::size_t count, std::span<T> overlaps);

  std::size_t rows_;
  std::size_t size_ = 0;
  /// (rows, panel_width) each, column-major.
  std::vector<std::vector<T, HugePageAllocator<T>>> panels_;
  std::vector<T> images_;
};

}  // namespace rmtheat::linalg
