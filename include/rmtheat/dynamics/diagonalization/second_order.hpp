#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "rmtheat/dynamics/diagonalization/eigenbasis_sums.hpp"
#include "rmtheat/dynamics/diagonalization/time_nodes.hpp"
#include "rmtheat/linalg/distributed_matrix.hpp"
#include "rmtheat/model/levels.hpp"

namespace rmtheat::dynamics {

/// What one realization has at second order in lambda, less the average over V: the control variate
///
///   C(t) = 2 lambda^2 sum_ab p_a (|V_ab|^2 - E|V_ab|^2) (O_b - O_a) sin(w_ab t) / w_ab
///
/// of the rate of a diagonal operator O (w_ab = e_a - e_b), and its integral of the operator
/// itself; of second moments it has (E_i^b - E_i^a)(E_j^b - E_j^a) in place of O_b - O_a. Its
/// average over V is exactly 0, and at weak coupling it is most of a realization's scatter. It
/// follows from the elements of H as they were drawn, before H is destroyed: all times are one
/// product of matrices, about 4 D^2 times the number of TimeNodes per curve.
class SecondOrder {
 public:
  /// Columns of H that are taken at once.
  static constexpr std::size_t panel_width = 64;
  /// Of TimeNodes: the sums at the nodes are of average 0, and so is what is interpolated from them
  /// at whatever precision.
  static constexpr double node_excess = 5.0;

  /// E|V_ab|^2 as a function of a and b.
  using Moments = std::function<double(std::size_t, std::size_t)>;

  /// `times` (T) ascend from 0; `work_share` is s.
  SecondOrder(std::vector<double> times, double work_share);

  /// Starts a new realization with this process's part of the lower triangle of H, which is
  /// distributed alike in all of them. The operators are those of EigenbasisSums; `levels` (N1, N2)
  /// are what H was made from.
  template <linalg::Scalar T>
  void reset(const linalg::DistributedMatrix<T>& hamiltonian, double strength,
             const Moments& moments, const model::SystemLevels& levels,
             const std::array<Diagonal, 2>& energies, const std::vector<InitialOperator>& initial);

  /// The raw sums, to be reduced over processes by addition before anything is read.
  [[nodiscard]] std::span<double> raw() { return sums_; }

  /// Of H_i in an initial operator that is a state, (T).
  [[nodiscard]] std::vector<double> energy(std::size_t initial, std::size_t system) const;
  /// Of its rate, (T).
  [[nodiscard]] std::vector<double> rate(std::size_t initial, std::size_t system) const;
  /// Of <DeltaE_i DeltaE_j> at index i + j, (T); for states with second moments.
  [[nodiscard]] std::vector<double> second_moment(std::size_t initial, std::size_t index) const;
  /// Of the rate of (1-s) H_1 - s H_2 in one that is not a state, (T).
  [[nodiscard]] std::vector<double> heat_rate(std::size_t initial) const;

 private:
  /// Pairs of product states by the rows and columns of a panel of H.
  struct Panel {
    std::size_t first_row = 0;
    std::size_t first_column = 0;
    std::size_t rows = 0;
    std::size_t columns = 0;
  };
  struct Curve {
    const Diagonal* weights;
    Diagonal observed;
    Diagonal other = {};  ///< of a second moment: what `observed` is multiplied with
  };

  void set_curves(const std::array<Diagonal, 2>& energies,
                  const std::vector<InitialOperator>& initial);
  [[nodiscard]] std::vector<double> phases(std::span<const std::size_t> states) const;
  void add_panel(const Panel& panel, const Diagonal& total_energy);
  [[nodiscard]] std::span<const double> sum(std::size_t initial, std::size_t observed) const;

  std::vector<double> times_;
  std::array<double, 2> shares_;
  model::SystemLevels levels_;  ///< what the phases are of
  std::optional<TimeNodes> nodes_;
  std::vector<Curve> curves_;
  std::vector<std::size_t> first_curve_;  ///< of each initial operator
  std::vector<double> sums_;              ///< (curves, nodes)

  // Of this process's part of H.
  std::vector<std::size_t> rows_;     ///< product states of its rows
  std::vector<std::size_t> columns_;  ///< and of its columns
  std::vector<double> row_phases_;    ///< (rows, 2 nodes) column-major: cosines, then sines
  std::vector<double> column_phases_;
  std::vector<double> excess_;    ///< (rows, columns) of a panel: |H_ab|^2 less its average
  std::vector<double> weighted_;  ///< the same over w, for one curve
  std::vector<double> product_;   ///< (rows, 2 nodes)
};

}  // namespace rmtheat::dynamics
