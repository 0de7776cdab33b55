#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rmtheat/ensemble/comparison.hpp"
#include "rmtheat/io/results_file.hpp"
#include "verb_options.hpp"
#include "verdicts.hpp"

namespace rmtheat::app {

/// How far the late mean is from the predicted one, relative to that. Absent where the prediction
/// is zero within the error bar, as for the power at late times.
std::optional<double> relative_plateau_deviation(const ensemble::Comparison& comparison);

/// The judged rows as text: a line for each prediction and temperature pair, with the observable
/// that speaks against it most; or, where an observable, a pair or all details are asked for, a
/// line for each of these rows.
std::string verdict_tables(const io::Results& results, const std::vector<Row>& rows,
                           const Given& given);

}  // namespace rmtheat::app
