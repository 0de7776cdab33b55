#pragma once

#include <memory>

#include "rmtheat/dynamics/engine.hpp"

namespace rmtheat::planning {

/// The engine that the options ask for, planned for this group. Nothing about them may be automatic
/// any more. Collective over `group`; both references must outlive the engine.
std::unique_ptr<dynamics::Engine> make_engine(const model::Experiment& experiment,
                                              const parallel::Communicator& group,
                                              const dynamics::SolverOptions& options);

}  // namespace rmtheat::planning
