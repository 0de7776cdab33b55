#pragma once

#include <algorithm>
#include <array>
#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "rmtheat/dynamics/diagonalization/matrix_elements.hpp"
#include "rmtheat/dynamics/diagonalization/time_nodes.hpp"
#include "rmtheat/dynamics/product_basis.hpp"

namespace rmtheat::dynamics {

/// Some columns of the eigenvector matrix U of H, with their eigenvalues.
template <class T>
struct EigenColumns {
  std::span<const T> vectors;      ///< (D, n), column-major, in the product basis, split
  std::span<const double> values;  ///< (n)
};

/// A diagonal operator that is evolved in time, and what is wanted of it.
struct InitialOperator {
  Diagonal weights;  ///< rho(0), or a derivative of it
  /// True: energies and their rates for both systems. False: only the rate of
  /// (1-s) H_1 - s H_2, which is the heat current that this operator stands for.
  bool is_state = true;
  /// Of a state: model::SecondMoments as well.
  bool with_second_moments = false;
};

/// Time-dependent averages as double sums over eigenstates, exact at every time:
///
///   Tr rho(t) O   = sum_nm (U+ rho U)_nm conj((U+ O U)_nm) e^(-i (eps_n - eps_m) t)
///   d/dt Tr rho O = the same with the factor -i (eps_n - eps_m): the matrix element of i [H, O]
///
/// with O = H_1, H_2, which like rho(0) are diagonal in the product basis. Second moments follow
/// from more diagonal operators, evolved from each other,
///
///   <DeltaE_i DeltaE_j> = Tr rho(t) E_i E_j - Tr (rho E_i)(t) E_j - Tr (rho E_j)(t) E_i
///                         + Tr rho E_i E_j.
///
/// The sums are taken over
/// pairs of column panels. A panel pair's matrix elements come from matrix products, its part of
/// all times and curves from one more; nothing of size D x D beyond U itself is stored, and
/// Hermiticity halves the work. Contributions of different panel pairs, and so of different
/// processes, simply add. The sums are taken at the few instants of TimeNodes, and every time asked
/// for is interpolated from them without loss.
template <class T>
class EigenbasisSums {
 public:
  /// `times` (T) ascend from 0; `work_share` is s.
  EigenbasisSums(std::vector<double> times, double work_share);

  /// Starts a new realization: all sums are zero. The operators have length D; `spectrum_width` is
  /// the largest minus the smallest eigenvalue of H.
  void reset(const std::array<Diagonal, 2>& system_energies,
             const std::vector<InitialOperator>& initial, double spectrum_width);

  /// How many of `columns` columns are multiplied at once on the right: enough for the BLAS, few
  /// enough that their products with four operators take no more memory than the columns.
  static constexpr std::size_t right_width(std::size_t columns) {
    return std::clamp<std::size_t>(columns / 8, 32, 96);
  }
  /// How many columns are multiplied at once on the left.
  static constexpr std::size_t left_width(std::size_t columns) {
    return std::clamp<std::size_t>(columns, 96, 640);
  }

  /// Adds all pairs (n, m) within these columns.
  void add_within(const EigenColumns<T>& columns);

  /// Adds all pairs (n, m) and (m, n) with n in `left` and m in `right`. They must not share a
  /// column.
  void add_between(const EigenColumns<T>& left, const EigenColumns<T>& right);

  /// The raw sums, to be reduced over processes by addition before anything is read.
  [[nodiscard]] std::span<double> raw() { return sums_; }

  /// Tr rho(t) H_i, (T); for operators that are states.
  [[nodiscard]] std::vector<double> energy(std::size_t initial, std::size_t system) const;
  /// d/dt Tr rho(t) H_i, (T); for operators that are states.
  [[nodiscard]] std::vector<double> rate(std::size_t initial, std::size_t system) const;
  /// d/dt Tr rho(t) [(1-s) H_1 - s H_2], (T); for operators that are not states.
  [[nodiscard]] std::vector<double> heat_rate(std::size_t initial) const;
  /// <DeltaE_i DeltaE_j> at index i + j, (T); for states with second moments.
  [[nodiscard]] std::vector<double> second_moment(std::size_t initial, std::size_t index) const;
  /// Of an initial operator's first (a state's: also second) observed operator O, at t = 0:
  /// d^2/dt^2 Tr rho O = -sum_nm (U+ rho U)_nm conj((U+ O U)_nm) (eps_n - eps_m)^2; from 2 on of
  /// its second moments.
  [[nodiscard]] double curvature(std::size_t initial, std::size_t observed) const;
  /// What the rates of that operator add up to over all times; empty where those are too few.
  [[nodiscard]] std::optional<double> integrated_rate(std::size_t initial,
                                                      std::size_t observed) const;
  /// Tr rho, from the eigenbasis.
  [[nodiscard]] double trace(std::size_t initial) const;
  /// Tr rho H, from the eigenbasis: constant in time.
  [[nodiscard]] double total_energy(std::size_t initial) const;

 private:
  /// Of two operators, by their index in elements_.
  struct Product {
    std::size_t weights;
    std::size_t observed;
    double factor;
  };
  struct Curve {
    std::size_t weights;  ///< in elements_
    double share_1;       ///< the observed operator is share_1 H_1 + share_2 H_2
    double share_2;
    bool wants_value;
    bool wants_rate = true;
    std::vector<Product> products = {};  ///< where there are some, their sum instead

    /// Rows of products that a panel pair has of each column on the left.
    [[nodiscard]] std::size_t rows(bool same) const {
      return same ? 1 : (wants_value ? 1 : 0) + (wants_rate ? 1 : 0);
    }
  };

  struct Panel {
    std::span<const T> vectors;
    std::span<const double> values;
    std::span<const double> phases;  ///< (n, 2, nodes): cos(eps t), then sin(eps t)
    [[nodiscard]] std::size_t width() const { return values.size(); }
  };

  [[nodiscard]] std::vector<double> phases_of(std::span<const double> values) const;
  [[nodiscard]] Panel panel_of(const EigenColumns<T>& columns, std::span<const double> phases,
                               std::size_t first, std::size_t width) const;
  void set_right(const Panel& right);
  void add_left_panels(const EigenColumns<T>& left, std::span<const double> phases,
                       std::size_t count, const Panel& right);
  void add_within_right(const Panel& right);
  void add_panels(const Panel& left, const Panel& right, std::size_t first_right, bool same);
  void add_second_moments(std::size_t initial, std::size_t products,
                          std::vector<PanelOperator>& operators);
  void sum_products(const Curve& curve, std::size_t m, std::size_t n_left, double* out_re,
                    double* out_im) const;
  std::size_t stack_products(const Panel& left, const Panel& right, bool same);
  void add_evolved(const Panel& left, bool same);
  void add_moments(const Panel& panel);
  [[nodiscard]] std::span<const double> curve_sum(std::size_t curve, bool rate) const;
  [[nodiscard]] std::span<double> curve_sum(std::size_t curve, bool rate);
  [[nodiscard]] const double* moments(std::size_t initial) const;
  [[nodiscard]] std::size_t first_curvature() const { return sums_.size() - curves_.size(); }

  std::vector<double> times_;
  double work_share_;
  std::optional<TimeNodes> nodes_;
  std::size_t dimension_ = 0;
  std::size_t initial_count_ = 0;
  std::vector<Curve> curves_;
  std::vector<std::size_t> first_curve_;                ///< of each initial operator
  std::vector<std::array<double, 3>> second_at_start_;  ///< Tr rho E_i E_j, likewise
  /// (curves, 2, nodes), then (initial, 2) moments, then (curves) curvatures
  std::vector<double> sums_;

  // Workspaces, kept from one realization to the next.
  /// Between two panels: of H_1, H_2, the initial operators, then those of second moments.
  MatrixElements<T> elements_;
  std::vector<double> right_phases_;  ///< (n_right, parts, 2, nodes)
  linalg::HugePageVector<double>
      stacked_;  ///< (n_right, parts, rows): the products of matrix elements
  linalg::HugePageVector<double> evolved_;  ///< (rows, 2, nodes): real parts, then imaginary parts
};

}  // namespace rmtheat::dynamics
