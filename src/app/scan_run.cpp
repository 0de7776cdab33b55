#include "scan_run.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "rmtheat/parallel/agreement.hpp"
#include "rmtheat/support/blas.hpp"
#include "rmtheat/support/streams.hpp"
#include "simulation.hpp"
#include "threads.hpp"
#include "time_limit.hpp"

namespace rmtheat::app {
namespace {

const char* plural(std::size_t count) { return count == 1 ? "" : "s"; }

}  // namespace

ScanRun::ScanRun(const parallel::Communicator& world, Given given, io::Jobs jobs)
    : world_(world), given_(std::move(given)), jobs_(std::move(jobs)) {
  parallel::on_root(
      world_, [&] { share_ = share_of(jobs_.settings.size(), given_.scan_index, *jobs_.folder); });
  world_.broadcast(share_.points);
  for (const auto index : share_.points) {
    points_.push_back({index, 0});
  }
  if (given_.dry_run && world_.is_root()) {
    estimate_.emplace(static_cast<int>(world_.size()));
  }
  survey();
}

void ScanRun::survey() {
  auto only_look = given_;
  only_look.dry_run = true;
  for (auto& point : points_) {
    const auto& settings = jobs_.settings[point.index];
    const auto job = prepare(world_, only_look, settings, std::nullopt, [](const auto&) {});
    point.finished = job.finished;
    if (estimate_) {
      estimate_->add(point.index, job.config, job.layout, job.todo.size(), job.predictions);
    }
  }
}

ExitStatus ScanRun::execute(const TerminationSignals& signals) {
  if (given_.dry_run) {
    if (estimate_) {
      estimate_->print(jobs_.folder->string());
      to_stdout("Dry run: nothing was written.\n");
      std::fflush(stdout);
    }
    world_.barrier();
    return ExitStatus::success;
  }
  const auto before = static_cast<std::size_t>(
      std::ranges::count_if(points_, [](const Point& point) { return point.finished > 0; }));
  ExitStatus status = ExitStatus::success;
  try {
    parallel::on_root(world_, [&] {
      io::make_folder(jobs_, share_.tasks);
      to_stderr("{}/: {}{}{} point{} of {}, {} complete, {} rank{}\n", jobs_.folder->string(),
                share_.why, share_.why.empty() ? "" : ": ", points_.size(), plural(points_.size()),
                jobs_.settings.size(), before, world_.size(),
                plural(static_cast<std::size_t>(world_.size())));
    });
    for (std::size_t k = 0; k < points_.size() && status == ExitStatus::success; ++k) {
      const auto place = fmt::format("{}/{} ", k + 1, points_.size());
      auto& point = points_[k];
      if (point.finished > 0) {
        if (world_.is_root()) {
          to_stderr("{}{}\n", place,
                    nothing_to_do(jobs_.settings[point.index].output.file, point.finished));
        }
      } else if (must_end(signals)) {
        status = ExitStatus::interrupted;
      } else {
        status = perform(point, place, signals);
      }
    }
  } catch (const Error& error) {
    return refused(world_, error);
  }
  if (world_.is_root()) {
    say_end(before, status != ExitStatus::success);
  }
  world_.barrier();
  return status;
}

ExitStatus ScanRun::perform(Point& point, const std::string& place,
                            const TerminationSignals& signals) {
  blas::set_threads(1);
  const auto& settings = jobs_.settings[point.index];
  auto job = prepare(world_, given_, settings, seconds(), [](const auto&) {});
  job.place = place;
  if (!std::exchange(threads_used_, true)) {
    use_threads(world_, job.config.solver.threads);
  } else {
    blas::set_threads(static_cast<int>(job.config.solver.threads));
  }
  const auto status = simulate(world_, job, signals);
  if (status == ExitStatus::success) {
    point.finished = 1;
  }
  // Letters between its ranks, of which some may not be taken, have all arrived after this.
  world_.barrier();
  return status;
}

std::optional<double> ScanRun::seconds() const {
  auto limit = given_.time_limit;
  if (limit) {
    *limit -= std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }
  return seconds_left(limit);
}

bool ScanRun::must_end(const TerminationSignals& signals) const {
  std::int32_t end = 0;
  if (world_.is_root()) {
    const auto left = seconds();
    const auto signal = signals.received();
    if (signal || (left && *left <= 0.0)) {
      to_stderr("{}: no further point is begun\n", signal.value_or("the time limit"));
      end = 1;
    }
  }
  world_.broadcast(end);
  return end != 0;
}

void ScanRun::say_end(std::size_t before, bool interrupted) const {
  const auto complete = static_cast<std::size_t>(
      std::ranges::count_if(points_, [](const Point& point) { return point.finished > 0; }));
  to_stderr("{}/: {} of {} point{} complete, {} of them now{}\n", jobs_.folder->string(), complete,
            points_.size(), plural(points_.size()), complete - before,
            interrupted ? "; interrupted, start the same job again to go on" : "");
}

}  // namespace rmtheat::app
