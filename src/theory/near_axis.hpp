#pragma once

#include <complex>
#include <span>
#include <vector>

#include "rmtheat/theory/resolvents.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {

/// Stieltjes transforms G_k(zeta) = integral nu_k(de) / (zeta - e) of measures with densities, as
/// near to the real axis as the pieces of `total` near edges are long. Where zeta is near a piece
/// of Gauss's rule, with Gauss's nodes e_j, weights w_j and the polynomial p through the densities,
///
///   integral p(e) / (zeta - e) de = p(zeta) log[(zeta - low) / (zeta - high)]
///                                   + sum_j w_j [p(e_j) - p(zeta)] / (zeta - e_j)
///
/// exactly.
class NearAxis {
 public:
  /// Each measure has one probability per node of `total`, which must outlive this.
  NearAxis(const TotalEnergy& total, std::vector<std::span<const double>> measures)
      : total_(total), measures_(std::move(measures)) {}

  /// G_0 and its derivative, by a difference.
  [[nodiscard]] Resolvents::ValueAndSlope first(std::complex<double> zeta) const;

  /// G_k(zeta) of every measure.
  [[nodiscard]] std::vector<std::complex<double>> all(std::complex<double> zeta) const;

 private:
  /// What each node's probability counts at zeta.
  void set_kernel(std::complex<double> zeta) const;

  const TotalEnergy& total_;
  std::vector<std::span<const double>> measures_;
  mutable std::vector<std::complex<double>> kernel_;
};

}  // namespace rmtheat::theory
