#pragma once

#include <array>
#include <vector>

#include "rmtheat/dynamics/diagnostics.hpp"
#include "rmtheat/model/observable/curves.hpp"

namespace rmtheat::dynamics {

/// One disorder realization, propagated: from the engine to the results file and back.
struct Trajectory {
  std::array<std::vector<double>, 2> levels;  ///< energies of both systems, (N1) and (N2)
  model::Curves curves;
  Diagnostics diagnostics = {};
  bool retried = false;    ///< a first attempt failed numerically, another eigensolver did not
  model::Curves raw = {};  ///< curves before noise reduction; no fields where there was none
  model::Curves distributions = {};  ///< over (initial state, distribution time); mostly none
};

}  // namespace rmtheat::dynamics
