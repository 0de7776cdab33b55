#include "rmtheat/model/levels.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

#include <boost/math/special_functions/gamma.hpp>

#include "rmtheat/support/tridiagonal.hpp"

namespace rmtheat::model {
namespace {

/// Keeps a quantile's argument inside (0, 1): the outermost unfolded level can round to 0 or 1.
double inside_unit_interval(double u) {
  constexpr double margin = 0x1.0p-53;
  return std::clamp(u, margin, 1.0 - margin);
}

}  // namespace

std::vector<double> gue_eigenvalues(std::size_t size, const PhiloxStream& random) {
  // H with density exp(-Tr H^2): diagonal of variance 1/2; off-diagonal k of the tridiagonal model
  // is chi with 2k degrees of freedom over 2, so that its square is Gamma(k)/2.
  std::vector<double> diagonal(size);
  std::vector<double> off_diagonal(size > 0 ? size - 1 : 0);
  for (std::size_t k = 0; k < size; ++k) {
    diagonal[k] = random.gaussian_pair(k, 0)[0] / std::numbers::sqrt2;
    if (k > 0) {
      const double u = random.uniform_pair(k, 1)[0];
      off_diagonal[k - 1] = std::sqrt(0.5 * boost::math::gamma_p_inv(static_cast<double>(k), u));
    }
  }
  return tridiagonal_eigenvalues(std::move(diagonal), std::move(off_diagonal));
}

double gue_mean_distribution(std::size_t size, double x) {
  // I_k = integral of phi_k^2 up to x obeys I_k = I_(k-1) - phi_k phi_(k-1) / sqrt(2k), from
  // (phi_k phi_(k-1))' = sqrt(2k) (phi_(k-1)^2 - phi_k^2). Far out phi_0 underflows while later
  // functions do not, so the pair is carried with its own exponent.
  double integral = 0.5 * std::erfc(-x);
  double sum = integral;
  double log_scale = -0.5 * x * x;
  double previous = 0.0;
  double current = std::pow(std::numbers::pi, -0.25);
  for (std::size_t k = 1; k < size; ++k) {
    const auto order = static_cast<double>(k);
    const double next =
        x * std::sqrt(2.0 / order) * current - std::sqrt((order - 1.0) / order) * previous;
    integral -= next * current * std::exp(2.0 * log_scale) / std::sqrt(2.0 * order);
    sum += integral;
    previous = current;
    current = next;
    if (const double magnitude = std::abs(current); magnitude > 1e100) {
      previous /= magnitude;
      current /= magnitude;
      log_scale += std::log(magnitude);
    }
  }
  return sum / static_cast<double>(size);
}

std::vector<double> place_levels(const DensityOfStates& density, std::size_t size,
                                 LevelPlacement placement, const PhiloxStream& random) {
  std::vector<double> levels(size);
  switch (placement) {
    case LevelPlacement::quantile:
      for (std::size_t k = 0; k < size; ++k) {
        levels[k] = density.quantile((static_cast<double>(k) + 0.5) / static_cast<double>(size));
      }
      return levels;
    case LevelPlacement::iid:
      for (std::size_t k = 0; k < size; ++k) {
        levels[k] = density.quantile(random.uniform_pair(k, 0)[0]);
      }
      std::sort(levels.begin(), levels.end());
      return levels;
    case LevelPlacement::gue: {
      const auto eigenvalues = gue_eigenvalues(size, random);
      std::transform(eigenvalues.begin(), eigenvalues.end(), levels.begin(), [&](double x) {
        return density.quantile(inside_unit_interval(gue_mean_distribution(size, x)));
      });
      return levels;
    }
    case LevelPlacement::file:
      break;
  }
  throw std::invalid_argument("place_levels: levels read from a file are not placed");
}

CentredLevels centred(const std::array<std::vector<double>, 2>& levels) {
  CentredLevels result{levels, {}};
  for (std::size_t system = 0; system < 2; ++system) {
    auto& energies = result.levels[system];
    // In two steps: differences from one of them are small and exact, and so is their mean.
    const double reference = energies.front();
    double sum = 0.0;
    for (double& energy : energies) {
      energy -= reference;
      sum += energy;
    }
    const double mean = sum / static_cast<double>(energies.size());
    for (double& energy : energies) {
      energy -= mean;
    }
    result.means[system] = reference + mean;
  }
  return result;
}

}  // namespace rmtheat::model
