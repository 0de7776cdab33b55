#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

#include "rmtheat/dynamics/product_basis.hpp"
#include "rmtheat/linalg/huge_page_allocator.hpp"

namespace rmtheat::dynamics {

/// Makes room in a workspace that panels of different widths share: growing alone spares the zeros
/// that resize() would write each time.
inline void grow(linalg::HugePageVector<double>& workspace, std::size_t size) {
  if (workspace.size() < size) {
    workspace.resize(size);
  }
}

/// Matrix elements <u_n| O |v_m> of several real diagonal operators between two sets of columns,
/// which must have been split by linalg::split_columns().
///
/// A complex product is taken as three real ones instead of four ("3M"): with u = a + ib,
/// O v = c + id and p = a.c, q = b.d, r = (a - b).(c + d),
///
///   conj(u).Ov = (p + q) + i (r - p + q).
///
/// Its error is bounded like the usual product's, but relative to |u| |Ov| for each part, not
/// componentwise (Higham, Accuracy and Stability of Numerical Algorithms, section 23.2.4).
template <class T>
class MatrixElements {
 public:
  /// Real numbers per element of T.
  static constexpr std::size_t parts = std::is_same_v<T, double> ? 1 : 2;

  /// Applies every operator, (D) each, to the columns v (D, n_right).
  void set_right(std::span<const T> columns, const std::vector<Diagonal>& operators);

  /// Computes the elements between the columns u (D, n_left) on the left and `count` of those on
  /// the right from `first` on.
  void multiply(std::span<const T> columns, std::size_t first, std::size_t count);

  /// Part 0 (real) or 1 (imaginary) of an operator's elements with the m-th of those columns on the
  /// right: (n_left).
  [[nodiscard]] const double* column(std::size_t part, std::size_t an_operator,
                                     std::size_t m) const {
    return products_[part].data() + (m * operators_ + an_operator) * n_left_;
  }

 private:
  void apply_operator(const Diagonal& diagonal, const double* column, std::size_t to);

  static constexpr std::size_t products_per_element = parts == 1 ? 1 : 3;

  std::size_t dimension_ = 0;
  std::size_t operators_ = 0;
  std::size_t n_left_ = 0;
  /// O v: real parts, imaginary parts, their sums; each (D, operators, n_right).
  std::array<linalg::HugePageVector<double>, products_per_element> right_;
  linalg::HugePageVector<double> left_difference_;  ///< (D, n_left)
  /// Afterwards the real and the imaginary parts; each (n_left, operators, count).
  std::array<linalg::HugePageVector<double>, products_per_element> products_;
};

}  // namespace rmtheat::dynamics
