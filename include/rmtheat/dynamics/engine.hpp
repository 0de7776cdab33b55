#pragma once

#include <cstdint>
#include <memory>

#include "rmtheat/dynamics/diagonalization/plan.hpp"
#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/dynamics/trajectory.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/parallel/communicator.hpp"

namespace rmtheat::dynamics {

/// Takes one disorder realization after another from its index to its trajectory, on the ranks of
/// one group. Workspaces are kept between realizations.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine(Engine&&) = delete;
  Engine& operator=(const Engine&) = delete;
  Engine& operator=(Engine&&) = delete;
  virtual ~Engine() = default;

  /// Collective over the group; the trajectory is returned on every rank. It is a pure function of
  /// the experiment and the index: grids and ranks change it by rounding alone.
  /// Throws NumericalError when the solution fails its own checks.
  virtual Trajectory propagate(std::uint64_t realization) = 0;
};

/// All eigenvectors of H, every time from them. Collective over `group`; both references must
/// outlive the engine.
std::unique_ptr<Engine> make_diagonalization_engine(const model::Experiment& experiment,
                                                    const parallel::Communicator& group,
                                                    const DiagonalizationPlan& plan);

/// Random pure states and Lanczos recursions. As above.
std::unique_ptr<Engine> make_lanczos_engine(const model::Experiment& experiment,
                                            const parallel::Communicator& group,
                                            const SolverOptions& options);

}  // namespace rmtheat::dynamics
