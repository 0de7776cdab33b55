#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "rmtheat/dynamics/engine.hpp"
#include "rmtheat/ensemble/samples.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/parallel/communicator.hpp"
#include "rmtheat/parallel/groups.hpp"

namespace rmtheat::ensemble {

/// Called on the root of the world with each finished realization and its index relative to the
/// experiment's first one, in no particular order.
using OnFinished = std::function<void(std::size_t index, Sample sample)>;

/// Propagates the realizations `todo` (indices relative to the experiment's first one). Group g of
/// G takes todo[g], todo[g + G], ...; finished ones travel to the world's root as they come.
/// Collective over `world`; `group` and `engine` are this rank's. Errors of one rank are thrown on
/// that rank alone: the caller must end the others.
void run_realizations(const parallel::Communicator& world, const parallel::Group& group,
                      const model::Experiment& experiment, dynamics::Engine& engine,
                      const std::vector<std::size_t>& todo, const OnFinished& on_finished);

}  // namespace rmtheat::ensemble
