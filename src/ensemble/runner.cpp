#include "rmtheat/ensemble/runner.hpp"

#include <cstdint>
#include <new>
#include <utility>

#include <fmt/format.h>

#include "rmtheat/ensemble/retry.hpp"

namespace rmtheat::ensemble {
namespace {

/// The group's root asks, all its ranks get the same answer.
bool stop_ordered(const parallel::Communicator& group, Reports& reports) {
  std::int32_t stop = group.is_root() && reports.stop_ordered() ? 1 : 0;
  if (group.size() > 1) {
    group.broadcast(stop);
  }
  return stop != 0;
}

dynamics::Trajectory propagate(Propagator& propagator, std::uint64_t realization) {
  try {
    return propagator.propagate(realization);
  } catch (const std::bad_alloc&) {
    throw RealizationError(
        fmt::format("realization {}: Out of memory; use more ranks per group or a smaller system.",
                    realization));
  } catch (const std::exception& error) {
    throw RealizationError(fmt::format("realization {}: {}", realization, error.what()));
  }
}

}  // namespace

void run_realizations(const parallel::Group& group, const model::Experiment& experiment,
                      const dynamics::SolverOptions& options, const std::vector<std::size_t>& todo,
                      Reports& reports, const std::function<void()>& between) {
  const auto& communicator = group.communicator();
  Propagator propagator(experiment, communicator, options);
  const auto groups = static_cast<std::size_t>(group.count());
  for (auto k = static_cast<std::size_t>(group.index()); k < todo.size(); k += groups) {
    between();
    if (stop_ordered(communicator, reports)) {
      break;
    }
    auto trajectory = propagate(propagator, experiment.first_realization + todo[k]);
    if (communicator.is_root()) {
      reports.send(Finished{todo[k], std::move(trajectory)});
    }
  }
  if (communicator.is_root()) {
    reports.send(GroupLeft{});
  }
}

}  // namespace rmtheat::ensemble
