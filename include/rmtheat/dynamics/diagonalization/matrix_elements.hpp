#pragma once

#include <array>
#include <cstddef>
#include <optional>
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

/// A real diagonal operator, (D).
struct PanelOperator {
  Diagonal diagonal;
  /// Where it is another operator of the list times E_1: the index of that one, which may serve one
  /// such product.
  std::optional<std::size_t> times_energy = {};
};

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
///
/// Those of O E_1 are no products of their own. E_1 is constant within a run of product states, so
/// they follow from the partial sums S_r of the elements of O over the first r runs, as these are
/// built up (summation by parts):
///
///   <u|O E_1|v> = sum_r (E_r - E_r+1) S_r,   E = 0 beyond the last run.
template <class T>
class MatrixElements {
 public:
  /// Real numbers per element of T.
  static constexpr std::size_t parts = std::is_same_v<T, double> ? 1 : 2;

  /// What is multiplied from now on. `energy` (D) is E_1 in each product state.
  void set_operators(std::vector<PanelOperator> operators, const Diagonal& energy);

  /// Applies the operators to the columns v (D, n_right).
  void set_right(std::span<const T> columns);

  /// Computes the elements between the columns u (D, n_left) on the left and `count` of those on
  /// the right from `first` on.
  void multiply(std::span<const T> columns, std::size_t first, std::size_t count);

  /// Part 0 (real) or 1 (imaginary) of an operator's elements with the m-th of those columns on the
  /// right: (n_left).
  [[nodiscard]] const double* column(std::size_t part, std::size_t an_operator,
                                     std::size_t m) const {
    const Place& place = places_[an_operator];
    return products_[part].data() + first_product_[place.group] +
           (m * groups_[place.group].size() + place.index) * n_left_;
  }

 private:
  /// Operators are kept in groups: what is multiplied as a whole; what is multiplied run by run;
  /// and what follows from the latter, in the same order.
  enum Group : std::size_t { whole, by_runs, times_energy, group_count };

  struct Place {
    Group group;
    std::size_t index;
  };
  struct Run {
    std::size_t first;  ///< product state
    std::size_t count;
    double step;  ///< its E_1 minus that of the next
  };

  struct Left {
    const double* numbers;
    std::size_t stride;  ///< from one column to the next
  };

  void find_runs(const Diagonal& energy);
  void apply(const Diagonal& diagonal, const double* column, std::size_t to);
  void multiply_whole(std::size_t which, Left left, std::size_t first, std::size_t count);
  void multiply_runs(std::size_t which, Left left, std::size_t first, std::size_t count);

  static constexpr std::size_t products_per_element = parts == 1 ? 1 : 3;

  std::size_t dimension_ = 0;
  std::size_t n_left_ = 0;
  std::size_t n_right_ = 0;
  std::vector<PanelOperator> operators_;
  std::vector<Place> places_;                                 ///< of each operator
  std::array<std::vector<std::size_t>, group_count> groups_;  ///< operators by their index
  std::array<std::size_t, group_count> first_product_{};      ///< in products_
  std::vector<Run> runs_;
  /// O v: real parts, imaginary parts, their sums; each (D, operators, n_right) for the group
  /// `whole`, then for `by_runs`.
  std::array<linalg::HugePageVector<double>, products_per_element> right_;
  linalg::HugePageVector<double> left_difference_;  ///< (D, n_left)
  /// Afterwards the real and the imaginary parts; each (n_left, operators, count) for each group.
  std::array<linalg::HugePageVector<double>, products_per_element> products_;
};

}  // namespace rmtheat::dynamics
