#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "rmtheat/parallel/communicator.hpp"
#include "rmtheat/parallel/node.hpp"

namespace rmtheat::app {

/// One line about a machine that is asked to run more threads than it has cores for the job;
/// nothing where they suffice.
std::optional<std::string> oversubscription(const parallel::Node& node, std::size_t threads);

/// Gives each rank's BLAS this number of threads, whatever the environment says. Warns on the root,
/// once, when some machine has fewer cores for the job than threads to run, or when the BLAS takes
/// its number from the environment alone. Collective.
void use_threads(const parallel::Communicator& world, std::size_t threads);

}  // namespace rmtheat::app
