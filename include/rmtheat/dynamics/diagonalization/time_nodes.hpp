#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace rmtheat::dynamics {

/// A few instants from which a band-limited curve is known at many.
///
/// Averages in a system of finite dimension are sums of e^(-i omega t) with |omega| <= Omega, the
/// width of the spectrum of H. On [0, t_end] the Chebyshev coefficients of such a curve are Bessel
/// functions J_k(Omega t_end / 2), which fall faster than exponentially once k exceeds the argument
/// z: about z + 8 z^(1/3) + 16 Chebyshev points give the curve everywhere to rounding. The cost of
/// evolving in time does then not depend on the number of times asked for.
class TimeNodes {
 public:
  /// Where the times asked for are fewer than the Chebyshev points, the nodes are those times.
  /// `times` must ascend from 0, `bandwidth` is Omega.
  TimeNodes(std::span<const double> times, double bandwidth);
  /// Always Chebyshev points, about z + excess (z^(1/3) + 2): an excess of 8 is to rounding, of 5
  /// to 1e-5.
  TimeNodes(std::span<const double> times, double bandwidth, double excess);

  /// Instants at which to compute, (n).
  [[nodiscard]] const std::vector<double>& nodes() const { return nodes_; }

  /// e^(i energy t) at the nodes: all cosines, then all sines, (2, n).
  void phases(double energy, std::span<double> out) const;

  /// Values at the times from values at the nodes, (n) to (T).
  [[nodiscard]] std::vector<double> at_times(std::span<const double> at_nodes) const;

  /// Integrals from 0 to each of the times of a curve of this band, from its values at Chebyshev
  /// points, (n) to (T).
  [[nodiscard]] std::vector<double> integrals(std::span<const double> at_nodes) const;

  /// Weights of a quadrature over [0, last time] of curves of this band, (n), exact to rounding
  /// (L. Fejer 1933). Empty where the nodes are the times asked for.
  [[nodiscard]] std::vector<double> quadrature() const;

  /// True when an object built for these arguments would equal this one: the same times, and the
  /// same number of nodes for the bandwidth.
  [[nodiscard]] bool serves(std::span<const double> times, double bandwidth) const;

  /// How many nodes there are for these arguments.
  [[nodiscard]] static std::size_t node_count(std::span<const double> times, double bandwidth);
  [[nodiscard]] static std::size_t chebyshev_count(std::span<const double> times, double bandwidth,
                                                   double excess);

 private:
  void place_chebyshev_points(std::size_t count);
  [[nodiscard]] std::vector<double> chebyshev_coefficients(std::span<const double> at_nodes) const;

  std::vector<double> times_;
  std::vector<double> nodes_;
  bool mirrored_ = false;        ///< the nodes lie symmetrically about the middle of the interval
  std::vector<double> weights_;  ///< (T, n) interpolation matrix, row-major; empty: nodes are times
};

}  // namespace rmtheat::dynamics
