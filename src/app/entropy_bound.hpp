#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "rmtheat/io/results_file.hpp"

namespace rmtheat::app {

/// Of a job with observables.statistics, for each temperature pair: Var(sigma) (e^Sigma - 1) /
/// (2 Sigma^2), which the fluctuation theorem keeps at 1 or above, with its standard error, at the
/// last time and where it is least of the times at which it is known to a tenth. As text; empty
/// without second moments or samples.
std::string entropy_bound_text(const io::Results& results);

/// The same, a list; null without.
nlohmann::json entropy_bound_json(const io::Results& results);

}  // namespace rmtheat::app
