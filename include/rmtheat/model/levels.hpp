#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "rmtheat/model/density/density.hpp"
#include "rmtheat/support/philox.hpp"

namespace rmtheat::model {

/// Energies of both systems, (N1) and (N2).
using SystemLevels = std::array<std::vector<double>, 2>;

/// How N levels realize a density of states with distribution function F.
enum class LevelPlacement {
  quantile,  ///< E_k = F^-1((k - 1/2)/N): regular, the same in every realization
  iid,       ///< independent draws: Poisson statistics
  gue,       ///< unfolded eigenvalues of an N x N GUE: level repulsion
  file,      ///< read from a file, the same in every realization
};

/// `size` levels in ascending order. Random placements draw from `random` alone.
/// `placement` must not be LevelPlacement::file.
std::vector<double> place_levels(const DensityOfStates& density, std::size_t size,
                                 LevelPlacement placement, const PhiloxStream& random);

/// The levels of both systems, each less its mean, and those means. Only energy differences move
/// anything: whatever is computed from centred levels loses no digits to where energies lie.
struct CentredLevels {
  SystemLevels levels;
  std::array<double, 2> means;
};
CentredLevels centred(const SystemLevels& levels);

/// Eigenvalues, ascending, of an N x N GUE matrix with weight exp(-Tr H^2), drawn through the
/// tridiagonal model of Dumitriu and Edelman (2002), beta = 2: equal in law, O(N^2).
std::vector<double> gue_eigenvalues(std::size_t size, const PhiloxStream& random);

/// Distribution function of the mean eigenvalue density of that ensemble at finite N, the integral
/// of (1/N) sum_k phi_k(x)^2 over the Hermite functions phi_0 .. phi_(N-1), in closed form.
///
/// Levels unfolded with it follow the wanted density exactly at every N. The limiting semicircle
/// would not do: eigenvalues beyond its edge would be sent to infinite energies.
double gue_mean_distribution(std::size_t size, double x);

}  // namespace rmtheat::model
