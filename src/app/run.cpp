#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "estimate.hpp"
#include "job.hpp"
#include "launcher.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/io/scan.hpp"
#include "rmtheat/parallel/agreement.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/support/blas.hpp"
#include "rmtheat/support/streams.hpp"
#include "rmtheat/support/termination.hpp"
#include "scan_run.hpp"
#include "service.hpp"
#include "simulation.hpp"
#include "threads.hpp"
#include "time_limit.hpp"
#include "verb_options.hpp"

namespace rmtheat::app {
namespace {

using parallel::Communicator;

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

ExitStatus run_alone(const Communicator& world, Job& job, const TerminationSignals& signals) {
  if (job.dry_run) {
    if (world.is_root()) {
      describe(job);
    }
    world.barrier();
    return ExitStatus::success;
  }
  if (job.finished > 0) {
    if (world.is_root()) {
      to_stderr("{}\n", nothing_to_do(job.config.output.file, job.finished));
    }
    world.barrier();
    return ExitStatus::success;
  }
  use_threads(world, job.config.solver.threads);
  return simulate(world, job, signals);
}

}  // namespace

ExitStatus run(const Arguments& arguments) {
  const TerminationSignals signals;
  const parallel::Environment environment;
  const auto world = parallel::Environment::world();
  blas::set_threads(1);

  std::optional<ScanRun> scan;
  std::optional<Job> job;
  try {
    Preparation preparation(signals);
    const auto given = parallel::agree(world, [&] { return read_verb("run", arguments); });
    require_whole_world(world.size());
    io::Jobs jobs;
    const auto points = parallel::on_root(world, [&] {
      jobs = io::load_jobs(given.config, given.job);
      return jobs.folder ? std::uint64_t{jobs.settings.size()} : 0;
    });
    jobs.settings.resize(std::max<std::uint64_t>(points, 1));
    if (points > 0) {
      scan.emplace(world, given, std::move(jobs));
    } else if (given.scan_index) {
      throw InputError(fmt::format(
          "--scan-index = {}: the job must be a scan, with axes in [scan].", *given.scan_index));
    } else {
      const auto seconds = seconds_left(given.time_limit);
      job.emplace(prepare(world, given, jobs.settings.front(), seconds, preparation.locked()));
    }
  } catch (const Error& error) {
    return refused(world, error);
  }
  return scan ? scan->execute(signals) : run_alone(world, *job, signals);
}

}  // namespace rmtheat::app
