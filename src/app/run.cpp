#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "estimate.hpp"
#include "job.hpp"
#include "keeper.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/ensemble/reports.hpp"
#include "rmtheat/ensemble/runner.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/parallel/groups.hpp"
#include "rmtheat/support/blas.hpp"
#include "rmtheat/support/streams.hpp"
#include "rmtheat/support/termination.hpp"
#include "service.hpp"
#include "threads.hpp"

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

/// While a job is prepared there is nothing that could be kept: a signal ends it at once.
class Preparation {
 public:
  explicit Preparation(const TerminationSignals& signals)
      : watch_([this, &signals] { end_on(signals.received()); }, true) {}
  ~Preparation() { watch_.end(); }
  Preparation(const Preparation&) = delete;
  Preparation(Preparation&&) = delete;
  Preparation& operator=(const Preparation&) = delete;
  Preparation& operator=(Preparation&&) = delete;

  [[nodiscard]] std::function<void(std::shared_ptr<io::FileLock>)> locked() {
    return [this](std::shared_ptr<io::FileLock> lock) {
      const std::lock_guard guard(mutex_);
      lock_ = std::move(lock);
    };
  }

 private:
  void end_on(std::optional<std::string_view> signal) {
    if (!signal) {
      return;
    }
    const std::lock_guard guard(mutex_);
    if (lock_) {
      lock_->release();
    }
    to_stderr("rmtheat: {} before the first realization was begun: nothing is written\n", *signal);
    std::fflush(stderr);
    if (!parallel::Environment::threads_may_communicate()) {
      std::_Exit(static_cast<int>(ExitStatus::interrupted));
    }
    parallel::Environment::abort(static_cast<int>(ExitStatus::interrupted));
  }

  std::mutex mutex_;
  std::shared_ptr<io::FileLock> lock_;
  Service watch_;
};

/// What a run would do.
void describe(const Job& job) {
  const auto& file = job.config.output.file.string();
  to_stdout("{}\n", job.config.resolved_text);
  to_stdout("{}: {} of {} realizations to do\n", file, job.todo.size(),
            job.config.experiment.realizations);
  to_stdout("  method         {}\n", job.method);
  for (const auto& note : job.config.notes) {
    to_stdout("  note           {}\n", note);
  }
  if (!job.todo.empty()) {
    print_estimate(job.config, job.layout, job.machine, job.todo.size());
  }
  print_predictions(job.predictions);
  to_stdout("Dry run: nothing was written.\n");
  std::fflush(stdout);
}

}  // namespace

ExitStatus run(const Arguments& arguments) {
  const TerminationSignals signals;
  const parallel::Environment environment;
  const auto world = parallel::Environment::world();
  blas::set_threads(1);

  std::optional<Job> job;
  try {
    Preparation preparation(signals);
    job.emplace(prepare(world, arguments, preparation.locked()));
  } catch (const Error& error) {
    // Said before any rank leaves: mpirun ends the others as soon as one exits with an error.
    if (world.is_root()) {
      to_stderr("rmtheat: {}\n", error.what());
      std::fflush(stderr);
    }
    world.barrier();
    return error.exit_status();
  }

  if (job->dry_run) {
    if (world.is_root()) {
      describe(*job);
    }
    world.barrier();
    return ExitStatus::success;
  }
  if (job->finished > 0) {
    if (world.is_root()) {
      to_stderr("{}: complete, {} realizations, 0 to do; the file is left as it is\n",
                job->config.output.file.string(), job->finished);
    }
    world.barrier();
    return ExitStatus::success;
  }
  use_threads(world, job->config.solver.threads);

  // From here on one rank may fail alone, and the others would wait for it for ever.
  Run run(world, *job, signals);
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
