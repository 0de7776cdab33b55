#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "rmtheat/theory/bands.hpp"
#include "rmtheat/theory/nonuniform_transform.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {

/// Column-major.
struct Matrix {
  Matrix() = default;
  Matrix(std::size_t row_count, std::size_t column_count)
      : rows(row_count), columns(column_count), data(row_count * column_count) {}
  [[nodiscard]] double* column(std::size_t j) { return data.data() + j * rows; }
  [[nodiscard]] const double* column(std::size_t j) const { return data.data() + j * rows; }

  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> data;
};

/// op(a) times columns of b, whose rows are the columns first .. of a; of the whole transpose of a
/// where `transposed`.
Matrix product(const Matrix& a, bool transposed, std::size_t first, const Matrix& b);

/// From values at angles (j + 1/2) pi / count to those at another number of such angles.
class Resampling {
 public:
  Resampling(std::size_t from, std::size_t to) : analysis_(from), synthesis_(to), to_(to) {}
  [[nodiscard]] std::vector<double> operator()(std::span<const double> values) const;

 private:
  MidpointCosineSums analysis_;
  MidpointCosineSums synthesis_;
  std::size_t to_;
};

/// Bands so close that functions of two of them are not smooth.
struct Group {
  std::size_t first_node;
  std::size_t nodes;
  double width;
  std::vector<std::size_t> bands;
};

/// Nodes on all bands of the spectrum for given levels, and densities on them: -Im[...]/pi above
/// the real axis, whose Fourier transforms are functions of time.
class Bands {
 public:
  /// For times up to `last_time`.
  Bands(const TotalEnergy& total, double order_2, double last_time, double refinement);

  [[nodiscard]] std::size_t size() const { return energy_.size(); }
  [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }
  /// Takes all bands as one group where integrals at these times then cost less.
  void choose_groups(std::span<const double> times);
  /// Floating-point operations of the integral of one form at these times.
  [[nodiscard]] double integration_cost(std::span<const double> times) const {
    return integration_cost(groups_, times);
  }
  /// True where GroupTransform takes less than matrix products with weights().
  [[nodiscard]] bool transforms_fast(const Group& group, std::size_t transformed,
                                     std::size_t times) const {
    return transform_cost(group, transformed) < matrix_cost(times, group.nodes);
  }
  /// Of one form at these times.
  [[nodiscard]] double rates_cost(std::span<const double> times) const;
  /// x of a node less that of another.
  [[nodiscard]] double difference(std::size_t j, std::size_t l) const {
    return (origin_[j] - origin_[l]) + (energy_[j] - energy_[l]);
  }
  [[nodiscard]] std::size_t group_of(std::size_t node) const { return group_of_node_[node]; }

  /// Densities -Im[g_k]/pi of every level, (levels, nodes).
  [[nodiscard]] const Matrix& amplitudes() const { return amplitudes_; }
  /// The density of sum_k weights_k g_k, (1, nodes).
  [[nodiscard]] Matrix average(std::span<const double> weights) const;
  /// Weights of the levels, and others with which g_k is averaged.
  struct Product {
    std::span<const double> of_level;
    std::span<const double> of_average;
    double factor;
  };
  /// Densities of g_k times the sum of the products of both: for a current alpha_k r - w_k rh.
  [[nodiscard]] Matrix transfer(const std::vector<Product>& products) const;

  /// All bands as one group.
  [[nodiscard]] Group whole() const;

  /// Transforms of densities on a group's nodes to equidistant times, the group's first level at
  /// energy 0. Times up to the last and a few steps more are resolved.
  class GroupTransform {
   public:
    GroupTransform(const Bands& bands, const Group& group, double first, double step,
                   std::size_t count);
    /// Of a row of the matrix, whose columns are all nodes.
    [[nodiscard]] std::vector<std::complex<double>> operator()(const Matrix& densities,
                                                               std::size_t row) const;

   private:
    struct Part {
      std::size_t first;
      std::size_t count;
      double weight;
      std::optional<Resampling> resampling;  ///< where late times need more nodes
    };
    std::vector<Part> parts_;
    std::optional<NonuniformTransform> transform_;
  };

  /// Transforms of nodes to times, (nodes of the group's bands, 2 times): real, then imaginary
  /// parts.
  [[nodiscard]] Matrix weights(std::span<const std::size_t> bands,
                               std::span<const double> times) const;

 private:
  [[nodiscard]] std::vector<std::complex<double>> resolvents(const Band& band,
                                                             std::complex<double> zeta) const;
  [[nodiscard]] double matrix_cost(std::size_t times, std::size_t nodes) const {
    return static_cast<double>(times) * static_cast<double>(nodes) *
           (8.0 * static_cast<double>(levels_.size()) + 200.0);
  }
  [[nodiscard]] double transform_cost(const Group& group, std::size_t times) const;
  [[nodiscard]] double integration_cost(std::span<const Group> groups,
                                        std::span<const double> times) const;

  /// Values at the nodes that resolve densities, (rows, all of them), at those that times need.
  [[nodiscard]] Matrix projected(const Matrix& resolved) const;

  /// A band with its nodes, and those that resolve its densities: more where bands nearly part.
  struct Piece {
    Band band;
    std::size_t first;
    std::size_t count;
    std::size_t first_resolving;
    std::size_t resolving;
  };

  std::span<const double> levels_;
  double last_time_;
  std::vector<Piece> pieces_;
  std::vector<Group> groups_;
  std::vector<std::size_t> group_of_node_;
  std::vector<double> origin_;
  std::vector<double> energy_;
  std::vector<std::complex<double>> zeta_;  ///< at resolving nodes
  std::vector<double> factor_;              ///< likewise
  Matrix amplitudes_;
};

}  // namespace rmtheat::theory
