#pragma once

#include <span>
#include <string_view>

#include "rmtheat/theory/plan.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::theory {

/// One formula of the theory. plan() throws nothing that depends on the setting's numbers;
/// predict() fails for no foreseeable reason where the plan is feasible. Levels are always feasible
/// at admissible temperatures; continuum densities, and couplings other than one full matrix, are
/// not where a computation would take over 20 s or more memory than one rank usually has.
///
/// What a formula is for the setting's coupling: of a sum of products NLO has the mixed pairings
/// besides and all orders are those of infinitely many terms; of a variance profile each is that of
/// the profile; of a given matrix levels have LO from its elements and nothing else, a continuum
/// the formulas of the random matrix with the same mean square of elements.
struct Formula {
  std::string_view name;
  Plan (*plan)(const Setting&);
  Prediction (*predict)(const Setting&);
  bool needs_continuum;
  /// Whose currents add_finite_size_correction() takes for levels; null where there is none.
  Prediction (*corrected_by)(const Setting&);
  Plan (*correction_plan)(const Setting&);  ///< of corrected_by
  /// True: energy_distributions() are of the same order and are its for couplings of full matrices.
  bool distributes;
};

/// "lo", "nlo", "resummed", "kinetic".
std::span<const Formula> formulas();

}  // namespace rmtheat::theory
