#include "contour_averages.hpp"

#include <algorithm>
#include <utility>

#include "dyson.hpp"

namespace rmtheat::theory {

CentredEnergy::CentredEnergy(TotalEnergy energies, double strength) : total(std::move(energies)) {
  const auto [low, high] = std::minmax_element(total.node.begin(), total.node.end());
  middle = 0.5 * (*low + *high);
  const double width = 0.5 * (*high - *low);
  half_width = width > 0.0 ? width : std::max(1e-3, strength);
  for (double& energy : total.node) {
    energy -= middle;
  }
}

ContourAverages averages_on(const Contour& contour, const Resolvents& resolvents, double order_2) {
  ContourAverages averages;
  std::complex<double> guess = contour.nodes().front();
  for (const auto z : contour.nodes()) {
    // Averages at conj z are the complex conjugates of those at z.
    const bool upper = z.imag() > 0.0;
    guess = solve_dyson([&](std::complex<double> zeta) { return resolvents.first(zeta); },
                        upper ? z : std::conj(z), order_2, guess);
    averages.zeta.push_back(upper ? guess : std::conj(guess));
    const auto values = resolvents.all(guess);
    averages.values.resize(values.size());
    for (std::size_t k = 0; k < values.size(); ++k) {
      averages.values[k].push_back(upper ? values[k] : std::conj(values[k]));
    }
  }
  return averages;
}

}  // namespace rmtheat::theory
