#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "near_axis.hpp"

namespace rmtheat::theory {

/// The averages <g_e(z)> and <E_i g_e(z)> of all measures of `total` (of infinite temperature, then
/// the initial ones, then the responses; of each its probability, then its energies) as functions
/// of x on the line z = x + i eta, polynomials on pieces.
class LineAverages {
 public:
  using Complex = std::complex<double>;

  /// On the line at height `eta` from -reach to reach, x being relative to the middle of the total
  /// energies, which lie within `radius` of it; of a coupling of variance `order_2` / D.
  LineAverages(const TotalEnergy& total, double order_2, double eta, double radius, double reach);

  [[nodiscard]] double eta() const { return eta_; }
  [[nodiscard]] std::size_t count() const { return largest_.size(); }
  /// The ends of the pieces.
  [[nodiscard]] const std::vector<double>& points() const { return points_; }

  /// Of the averages of one point: count(), rounded up.
  [[nodiscard]] std::size_t stride() const { return (count() + 3) / 4 * 4; }

  /// Overwrites `values` by all averages, (point, average) in steps of stride(), at the points of
  /// Gauss's rule between two ends within a piece.
  void between(double low, double high, std::size_t piece, std::vector<Complex>& values) const;

 private:
  [[nodiscard]] double scale(std::size_t average) const;
  void evaluate(double low, double high, std::vector<Complex>& values);
  [[nodiscard]] bool is_resolved(const std::vector<Complex>& values) const;
  void add(double low, double high);

  double order_2_;
  double eta_;
  double radius_;
  double middle_;
  NearAxis resolvents_;
  Complex guess_;
  std::vector<double> points_;
  std::vector<Complex> values_;  ///< (piece, point, average)
  std::vector<double> largest_;
  std::vector<std::size_t> start_;  ///< of each average the first one of its measure
};

}  // namespace rmtheat::theory
