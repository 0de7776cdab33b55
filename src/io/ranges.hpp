#pragma once

#include "rmtheat/io/settings.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::io {

/// Throws InputError, naming the option, its value and what is allowed, where a quantity is beyond
/// what the arithmetic can carry.
void require_quantities(const Settings& settings);

/// The same where quantities that are allowed each by itself are too far apart to be computed with:
/// where the levels lie in units of their width, and temperatures, the coupling and the last time
/// in units of the systems' widths.
void require_ranges(const Settings& settings, const model::Experiment& experiment);

}  // namespace rmtheat::io
