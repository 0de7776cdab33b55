#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "rmtheat/linalg/distributed_matrix.hpp"
#include "rmtheat/linalg/huge_page_allocator.hpp"

namespace rmtheat::linalg {

/// A growing set of orthonormal vectors q_0, ..., q_(n-1), of which each process holds the same
/// rows. One candidate for q_n stands beside them.
///
/// Each vector is built by classical Gram-Schmidt with two projections. The basis is stored and
/// worked on in small blocks of rows, which stay in the first-level cache between a subtraction and
/// the overlaps that follow it, so that one step of a Krylov recursion reads the basis from memory
/// twice: once in project(), once in accept_and_apply(). Sums are over the local rows: the caller
/// adds those of the processes.
template <Scalar T>
class KrylovBasis {
 public:
  /// Rows that are worked on at once.
  static constexpr std::size_t block_rows = 32 * sizeof(double) / sizeof(T);
  /// Vectors are allocated in this number.
  static constexpr std::size_t panel_width = 16;

  explicit KrylovBasis(std::size_t rows);

  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// n, the number of vectors without the candidate.
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Forgets all vectors, keeps their memory; `candidate`, (rows), is the first candidate.
  void start(std::span<const T> candidate);

  /// Copies the local rows of q_k, (rows).
  void copy_vector(std::size_t k, std::span<T> rows) const;

  /// candidate -= Q coefficients; overlaps = Q^dagger candidate, with Q the n vectors. Returns the
  /// squared norm of the new candidate.
  double project(std::span<const T> coefficients, std::span<T> overlaps);

  /// scale (candidate - Q coefficients) becomes q_n, and n grows by one. What the
  /// candidate is then is undefined.
  void accept(std::span<const T> coefficients, double scale);

  /// Fills `image` from a block of the newest vector that begins at local row `first`.
  using Operator =
      std::function<void(std::size_t first, std::span<const T> newest, std::span<T> image)>;

  /// The image of the newest vector, made block by block, becomes the candidate;
  /// overlaps = Q^dagger candidate.
  void apply(const Operator& op, std::span<T> overlaps);

  /// accept() and apply() in one sweep over the basis.
  void accept_and_apply(std::span<const T> coefficients, double scale, const Operator& op,
                        std::span<T> overlaps);

  /// Q^dagger diag(weights) Q with weights >= 0, (rows). Upper triangle, columns one after the
  /// other: column k has k + 1 elements.
  [[nodiscard]] std::vector<T> weighted_products(std::span<const double> weights) const;

 private:
  /// Where in its panel a block of q_k begins.
  [[nodiscard]] static std::size_t offset(std::size_t k, std::size_t first);
  [[nodiscard]] const double* block(std::size_t k, std::size_t first) const;
  [[nodiscard]] double* candidate_block(std::size_t first);
  void reserve(std::size_t vectors);
  // The following work on one block of rows and on the first n vectors.
  /// target -= Q coefficients.
  void subtract(std::size_t n, std::size_t first, std::span<const T> coefficients,
                double* target) const;
  /// sums_ += Q^dagger source.
  void add_overlaps(std::size_t n, std::size_t first, const double* source);
  /// Makes q_n out of the candidate.
  void accept_block(std::size_t n, std::size_t first, std::span<const T> coefficients,
                    double scale);
  /// The next candidate and its overlaps.
  void apply_block(std::size_t n, std::size_t first, const Operator& op);

  void clear_sums(std::size_t count);
  [[nodiscard]] T sum(std::size_t k) const;
  void store_sums(std::span<T> overlaps) const;

  std::size_t rows_;
  std::size_t size_ = 0;
  /// Blocks of the vectors of a panel, (block, panel_width, blocks of rows) each, column-major.
  std::vector<HugePageVector<double>> panels_;
  HugePageVector<double> candidate_;  ///< (block, blocks of rows)
  HugePageVector<double> sums_;       ///< overlaps in parts, see krylov_kernels.hpp
};

}  // namespace rmtheat::linalg
