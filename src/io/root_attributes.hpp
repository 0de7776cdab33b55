#pragma once

#include "rmtheat/io/results_file.hpp"

namespace rmtheat::io {

/// Calls visit(name, value) for every attribute of a file's root that says what its job was, since
/// schema version 2; those that do not apply are empty. `Some` is Results, const or not.
template <class Some, class Visit>
void for_each_root_attribute(Some& results, Visit visit) {
  auto& [system_1, system_2] = results.systems;
  auto& job = results.job;
  visit("n1", system_1.size);
  visit("n2", system_2.size);
  visit("density_1", system_1.density);
  visit("density_2", system_2.density);
  visit("levels_1", system_1.placement);
  visit("levels_2", system_2.placement);
  visit("coupling_strength", job.coupling_strength);
  visit("structure", job.structure);
  visit("coupling_ensemble", job.coupling.family);
  visit("terms", job.coupling.terms);
  visit("bandwidth", job.coupling.bandwidth);
  visit("profile", job.coupling.profile);
  visit("strength_factor", job.coupling.strength_factor);
  visit("seed", job.seed);
  visit("first_realization", job.first_realization);
  visit("realizations_wanted", job.realizations);
  visit("time_end", job.time_end);
  visit("time_steps", job.time_steps);
}

}  // namespace rmtheat::io
