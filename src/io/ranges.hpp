#pragma once

#include "rmtheat/io/settings.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/support/parse.hpp"

namespace rmtheat::io {

/// Largest energy or time, and smallest width or time, in units that are free: powers of them are
/// numbers still.
inline constexpr double largest_quantity = 1e30;
inline constexpr double smallest_quantity = 1e-30;

/// A width of energies, or a time.
inline ValueKind<double> width() { return real_from(smallest_quantity, largest_quantity); }

/// An energy.
inline ValueKind<double> position() { return real_from(-largest_quantity, largest_quantity); }

/// Throws InputError, naming the option, its value and what is allowed, where quantities that are
/// allowed each by itself are too far apart to be computed with: where the levels lie in units of
/// their width, and temperatures, the coupling and the last time in units of the systems' widths.
void require_ranges(const Settings& settings, const model::Experiment& experiment);

}  // namespace rmtheat::io
