#pragma once

#include <complex>
#include <vector>

#include "rmtheat/theory/contour.hpp"
#include "rmtheat/theory/resolvents.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {

/// The distribution of the total energy about the middle of its range.
struct CentredEnergy {
  CentredEnergy(TotalEnergy energies, double strength);

  TotalEnergy total;
  double middle;
  double half_width;
};

/// a / b by its formula: C++'s own operator guards against overflow, which is far away here, and
/// takes several times longer.
inline std::complex<double> quotient(std::complex<double> a, std::complex<double> b) {
  return a * std::conj(b) / std::norm(b);
}

/// zeta(z) at each node z of a contour, and G_k(zeta) of every measure, (measures, nodes).
struct ContourAverages {
  std::vector<std::complex<double>> zeta;
  std::vector<std::vector<std::complex<double>>> values;
};

/// Throws NumericalError where Dyson's equation is not solved.
ContourAverages averages_on(const Contour& contour, const Resolvents& resolvents, double order_2);

}  // namespace rmtheat::theory
