#pragma once

#include <span>
#include <string_view>

#include "rmtheat/theory/plan.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::theory {

/// One formula of the theory. plan() throws nothing that depends on the setting's numbers;
/// predict() fails for no foreseeable reason where the plan is feasible. Levels are always feasible
/// at admissible temperatures; continuum densities are not where a computation would take over 20 s
/// or more memory than one rank usually has.
struct Formula {
  std::string_view name;
  Plan (*plan)(const Setting&);
  Prediction (*predict)(const Setting&);
  bool needs_continuum;
  /// Whose currents add_finite_size_correction() takes for levels; null where there is none.
  Prediction (*corrected_by)(const Setting&);
};

/// "lo", "nlo", "resummed", "kinetic".
std::span<const Formula> formulas();

}  // namespace rmtheat::theory
