#pragma once

#include <cstddef>
#include <vector>

#include "rmtheat/app/verbs.hpp"
#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/planning/layout.hpp"

namespace rmtheat::app {

/// The verb info --estimate: prints the time and the memory that a job will take, without starting
/// it.
ExitStatus estimate(const Arguments& arguments);

/// Prints layout, memory and time of these realizations of a job, after timing a matrix product
/// on this machine.
void print_estimate(const io::Config& config, const planning::Layout& layout,
                    const planning::Machine& machine, std::size_t realizations);

/// Prints how long the predictions will take, and which there will not be, with the reason.
void print_predictions(const std::vector<ensemble::PlannedPrediction>& planned);

}  // namespace rmtheat::app
