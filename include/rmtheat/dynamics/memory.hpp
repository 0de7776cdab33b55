#pragma once

#include "rmtheat/model/experiment.hpp"

namespace rmtheat::dynamics {

/// Bytes that one of `ranks` ranks needs at the peak of a realization by diagonalization: H, its
/// eigenvectors and the eigensolver's workspace, or H, the eigenvectors and the columns that
/// travel; the panels of the time evolution on top.
double diagonalization_memory(const model::Experiment& experiment, int ranks);

}  // namespace rmtheat::dynamics
