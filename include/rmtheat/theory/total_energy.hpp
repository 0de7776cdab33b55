#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::theory {

/// Measures over the total energy e = E_1 + E_2, one value per node.
struct EnergyMeasure {
  std::vector<double> probability;  ///< of the node
  /// The same, weighted with E_1 and E_2; with statistics then with E_1^2, E_1 E_2 and E_2^2. From
  /// energy_origins().
  std::vector<std::vector<double>> energy;

  /// Applies a function to each series.
  template <class Function>
  void for_each_series(Function function) {
    function(probability);
    std::ranges::for_each(energy, function);
  }
};

/// The distribution of the total energy: a quadrature rule for a continuum, the product states for
/// levels. The measures correspond to those of OnePointFunctions.
struct TotalEnergy {
  std::vector<double> node;
  /// de of each node: probability / width is the density. Empty where the measure is atomic.
  std::vector<double> width;
  EnergyMeasure infinite;
  std::vector<EnergyMeasure> initial;
  std::vector<EnergyMeasure> response;  ///< empty without conductance

  /// A run of nodes that are those of Gauss's rule between two energies, where densities are
  /// smooth. Of a continuum; nodes between the pieces resolve edges.
  struct Piece {
    std::size_t first;
    double low;
    double high;
  };
  static constexpr std::size_t nodes_per_piece = 16;
  std::vector<Piece> pieces;

  /// Applies a function to each measure.
  template <class Function>
  void for_each_measure(Function function) {
    function(infinite);
    std::for_each(initial.begin(), initial.end(), function);
    std::for_each(response.begin(), response.end(), function);
  }
};

/// Integrates e^(-iex), |x| <= `time`, to about 1e-13. Densities of the total energy are convolved
/// by Gauss's rule on pieces as long as the narrower density allows, by a double-exponential one at
/// the ends of bounded densities; thermal densities are taken relative to their own weight, so that
/// they may lie where the level density vanishes. Where either system consists of levels the nodes
/// are the product states, those of equal energy taken together, a continuum partner being
/// represented by a rule.
TotalEnergy total_energy(const Setting& setting, double time);

/// That of a continuum with the pieces shrinking towards edges of the densities down to `finest`,
/// so that 1 / (zeta - e) can be integrated as near to the axis as a quarter of that.
TotalEnergy graded_total_energy(const Setting& setting, double finest);

/// Throws NumericalError unless every initial state has probability 1 to about 1e-9.
void require_normalized(const TotalEnergy& total, const Setting& setting);

/// True where both systems are continuum densities, so that rates by the golden rule exist.
bool is_continuum(const Setting& setting);

/// integral rho(e)^power P(e) [h_1(e) - h0_1(e)] de: rho and P the densities of the total energy at
/// infinite temperature and in the initial state, h_1 and h0_1 the mean of E_1 at given e in each.
/// Needs a continuum.
double golden_rule_integral(const TotalEnergy& total, const EnergyMeasure& initial, int power);

}  // namespace rmtheat::theory
