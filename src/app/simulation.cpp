#include "simulation.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "keeper.hpp"
#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/ensemble/reports.hpp"
#include "rmtheat/ensemble/runner.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/parallel/groups.hpp"
#include "rmtheat/support/streams.hpp"
#include "service.hpp"

namespace rmtheat::app {
namespace {

using parallel::Communicator;

/// How long a failed rank waits to be ended by the root before it ends the job itself.
constexpr std::chrono::seconds patience{60};

/// One rank's part in a run: its work, and beside it the service that keeps the job (on the root)
/// or passes on signals (elsewhere).
class Run {
 public:
  Run(const Communicator& world, Job& job, const TerminationSignals& signals)
      : world_(world),
        job_(job),
        reports_(world, job.config.experiment, dynamics::leaves_raw(job.config.solver)),
        service_(prepare_step(signals), parallel::Environment::threads_may_communicate()) {}

  ExitStatus execute() {
    simulate();
    const bool finished = !stopped() && predict();
    service_.end();
    if (keeper_ && finished) {
      keeper_->complete();
    } else if (keeper_) {
      keeper_->interrupted();
    }
    return finished ? ExitStatus::success : ExitStatus::interrupted;
  }

  /// Has the root end all ranks.
  [[noreturn]] void fail(const std::string& cause) {
    if (keeper_) {
      service_.end();
      keeper_->fail(world_.rank(), cause);
    }
    reports_.send(ensemble::Failed{cause});
    std::this_thread::sleep_for(patience);
    to_stderr("rmtheat: rank {}{}\n", world_.rank(), cause);
    parallel::Environment::abort(static_cast<int>(ExitStatus::failure));
  }

 private:
  std::function<void()> prepare_step(const TerminationSignals& signals) {
    if (world_.is_root()) {
      keeper_.emplace(job_, world_.size(), reports_, signals);
      return [this] { keeper_->step(); };
    }
    return [this, &signals, told = false]() mutable {
      reports_.advance();
      const auto signal = signals.received();
      if (signal && !told) {
        told = true;
        reports_.send(ensemble::StopWanted{fmt::format("{} on rank {}", *signal, world_.rank())});
      }
    };
  }

  void simulate() {
    if (job_.todo.empty()) {
      return;
    }
    const parallel::Group group(world_, job_.layout.ranks_per_group);
    ensemble::run_realizations(group, job_.config.experiment, job_.config.solver, job_.todo,
                               reports_, [this] { service_.poll(); });
    if (keeper_) {
      service_.poll_until([this] { return keeper_->all_left(); });
    }
  }

  /// The same on every rank. Collective.
  bool stopped() {
    std::int32_t stopping = keeper_ && keeper_->stopping() ? 1 : 0;
    world_.broadcast(stopping);
    return stopping != 0;
  }

  /// The root's on every rank. Collective.
  ensemble::Levels shared(ensemble::Levels levels) {
    std::uint64_t count = levels.size();
    world_.broadcast(count);
    levels.resize(count);
    for (auto& realization : levels) {
      world_.broadcast(realization[0]);
      world_.broadcast(realization[1]);
    }
    return levels;
  }

  /// Each prediction that the root has not yet, which keeps it; false when told to stop.
  /// Collective.
  bool predict() {
    const ensemble::Samples none;
    const auto& samples = keeper_ ? keeper_->samples() : none;
    const auto levels = shared(ensemble::levels_of(samples));
    for (const auto& planned : job_.predictions) {
      std::int32_t lacking = keeper_ && keeper_->lacks(planned) ? 1 : 0;
      world_.broadcast(lacking);
      if (lacking == 0) {
        continue;
      }
      auto prediction =
          ensemble::predict(planned, job_.config.experiment, levels, samples, &world_);
      if (keeper_) {
        keeper_->take(planned, std::move(prediction));
      }
      service_.poll();
      if (stopped()) {
        return false;
      }
    }
    return true;
  }

  const Communicator& world_;
  Job& job_;
  ensemble::Reports reports_;
  std::optional<Keeper> keeper_;  ///< on the root
  Service service_;
};

}  // namespace

ExitStatus simulate(const Communicator& world, Job& job, const TerminationSignals& signals) {
  // From here on one rank may fail alone, and the others would wait for it for ever.
  Run run(world, job, signals);
  try {
    return run.execute();
  } catch (const ensemble::RealizationError& error) {
    run.fail(fmt::format(", {}", error.what()));
  } catch (const std::bad_alloc&) {
    run.fail(
        ": Out of memory; use a machine with more of it, fewer ranks on it, or a smaller job.");
  } catch (const std::exception& error) {
    run.fail(fmt::format(": {}", error.what()));
  }
}

}  // namespace rmtheat::app
