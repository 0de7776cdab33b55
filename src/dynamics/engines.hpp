#pragma once

#include <memory>

#include "rmtheat/dynamics/engine.hpp"

namespace rmtheat::dynamics {

/// One factory per method; see make_engine().
std::unique_ptr<Engine> make_diagonalization_engine(const model::Experiment& experiment,
                                                    const parallel::Communicator& group,
                                                    const SolverOptions& options);
std::unique_ptr<Engine> make_lanczos_engine(const model::Experiment& experiment,
                                            const parallel::Communicator& group,
                                            const SolverOptions& options);

}  // namespace rmtheat::dynamics
