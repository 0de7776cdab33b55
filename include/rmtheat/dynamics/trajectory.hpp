#pragma once

#include <array>
#include <vector>

#include "rmtheat/model/curves.hpp"

namespace rmtheat::dynamics {

/// One disorder realization, propagated: its levels and its curves of every observable.
struct Trajectory {
  std::array<std::vector<double>, 2> levels;  ///< energies of both systems, (N1) and (N2)
  model::Curves curves;
};

}  // namespace rmtheat::dynamics
