#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "rmtheat/dynamics/engine.hpp"

namespace rmtheat::ensemble {

/// Options that reach the same trajectories another way, for a group of `ranks` on matrices of
/// this dimension: the other library on one rank, another block size on several. Empty where there
/// is no other way.
std::optional<dynamics::SolverOptions> alternative_to(const dynamics::SolverOptions& options,
                                                      int ranks, std::size_t dimension);

/// Propagates realizations and gives those that fail numerically one more chance.
///
/// Leaving a failed realization out would bias the ensemble, as failures depend on the disorder;
/// the alternative gives the same trajectory to rounding.
class Propagator {
 public:
  /// Collective over `group`; both references must outlive the object.
  Propagator(const model::Experiment& experiment, const parallel::Communicator& group,
             const dynamics::SolverOptions& options);

  /// Collective over the group; the trajectory is returned on every rank, `retried` when the
  /// alternative was needed. Throws NumericalError, on every rank alike, when that fails as well or
  /// there is none.
  dynamics::Trajectory propagate(std::uint64_t realization);

 private:
  dynamics::Trajectory attempt(std::uint64_t realization);

  const model::Experiment& experiment_;
  const parallel::Communicator& group_;
  dynamics::SolverOptions options_;
  std::unique_ptr<dynamics::Engine> engine_;
};

}  // namespace rmtheat::ensemble
