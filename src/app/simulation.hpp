#pragma once

#include "job.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/parallel/communicator.hpp"
#include "rmtheat/support/termination.hpp"

namespace rmtheat::app {

/// Does a prepared job: realizations, predictions, the results file. Where a rank fails it ends all
/// of them. Collective.
ExitStatus simulate(const parallel::Communicator& world, Job& job,
                    const TerminationSignals& signals);

}  // namespace rmtheat::app
