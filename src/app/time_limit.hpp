#pragma once

#include <optional>

#include "rmtheat/support/parse.hpp"

namespace rmtheat::app {

/// Seconds, or a time in SLURM's forms that have a colon or days.
ValueKind<double> time_limit();

/// Seconds until the program has to end: the limit given, or what SLURM leaves its job if that is
/// less (SLURM_JOB_END_TIME, seconds since 1970).
std::optional<double> seconds_left(std::optional<double> limit);

/// How long before its end a program that has these seconds left stops beginning realizations: the
/// grace time, or a fifth of what it has where that is less.
double margin_before_end(double seconds, double grace);

}  // namespace rmtheat::app
