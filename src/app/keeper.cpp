#include "keeper.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "results_of_job.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/parallel/node.hpp"
#include "rmtheat/planning/control_coefficients.hpp"
#include "rmtheat/support/streams.hpp"
#include "time_limit.hpp"

namespace rmtheat::app {
namespace {

Keeper::Clock::duration duration(double seconds) {
  return std::chrono::duration_cast<Keeper::Clock::duration>(
      std::chrono::duration<double>(std::min(seconds, 1e9)));
}

std::size_t number_finished(const ensemble::Samples& samples) {
  return static_cast<std::size_t>(
      std::ranges::count_if(samples, &std::optional<dynamics::Trajectory>::has_value));
}

}  // namespace

Keeper::Keeper(Job& job, int ranks, ensemble::Reports& reports, const TerminationSignals& signals)
    : job_(job),
      reports_(reports),
      signals_(signals),
      results_(
          results_of_job(job.config, io::current_provenance(ranks, parallel::library_version()))),
      done_(number_finished(job.samples)),
      written_(done_),
      pace_(job.todo, static_cast<std::size_t>(job.layout.groups)),
      progress_(job.place.empty() ? stderr : nullptr, "realizations",
                job.config.experiment.realizations) {
  results_.samples = std::move(job.samples);
  results_.predictions = std::move(job.predicted);
  results_.left_out = ensemble::left_out(job.predictions);
  for (const auto& planned : job.predictions) {
    prediction_seconds_ += lacks(planned) ? planned.plan.seconds() : 0.0;
  }
  results_.method = job.method;
  if (has_control(job.config.solver.noise_reduction)) {
    results_.control = planning::control_coefficients(job.config.experiment);
  }
  if (!job.todo.empty()) {
    results_.layout = planning::describe(job.layout);
  }
  if (job.place.empty()) {
    introduce(ranks);
  }
  const auto now = Clock::now();
  next_checkpoint_ = now + duration(job.config.output.checkpoint_interval);
  next_refresh_ = now + io::FileLock::refresh_interval;
  if (job.seconds) {
    const double margin = margin_before_end(*job.seconds, job.config.output.grace);
    stop_at_ = now + duration(*job.seconds - margin);
  }
}

void Keeper::introduce(int ranks) const {
  const auto& experiment = job_.config.experiment;
  say(fmt::format("rmtheat {}: D = {} x {} = {}, lambda = {}, {} realizations, {} to do",
                  results_.provenance.code_version, experiment.systems[0].size,
                  experiment.systems[1].size, experiment.dimension(), experiment.strength,
                  experiment.realizations, job_.todo.size()));
  for (const auto& note : job_.config.notes) {
    say(note);
  }
  for (const auto& planned : job_.predictions) {
    if (!planned.plan.feasible()) {
      say(fmt::format("no prediction {}: {}", planned.name(), planned.plan.obstacle));
    }
  }
  say(fmt::format("method: {}", results_.method));
  if (!job_.todo.empty()) {
    say(fmt::format("{} rank{}: {}", ranks, ranks == 1 ? "" : "s", results_.layout));
  }
}

void Keeper::step() {
  const std::lock_guard lock(mutex_);
  try {
    take_reports();
    const auto now = Clock::now();
    if (!stopping_) {
      if (const auto signal = signals_.received()) {
        stop(std::string(*signal));
      } else if (stop_at_ && now >= *stop_at_) {
        stop("the time limit");
      }
    }
    if (has_news() && now >= next_checkpoint_) {
      checkpoint();
    }
    if (now >= next_refresh_) {
      job_.lock->refresh();
      next_refresh_ = now + io::FileLock::refresh_interval;
    }
    if (end_at_ && now >= *end_at_) {
      interrupted();
      end_all(ExitStatus::interrupted);
    }
  } catch (const std::exception& error) {
    fail(0, fmt::format(": {}", error.what()));
  }
}

void Keeper::take_reports() {
  while (auto letter = reports_.next()) {
    if (auto* finished = std::get_if<ensemble::Finished>(&letter->report)) {
      take(std::move(*finished));
    } else if (const auto* wanted = std::get_if<ensemble::StopWanted>(&letter->report)) {
      stop(wanted->reason);
    } else if (const auto* failed = std::get_if<ensemble::Failed>(&letter->report)) {
      fail(letter->rank, failed->cause);
    } else {
      take_leave();
    }
  }
}

void Keeper::take(ensemble::Finished finished) {
  if (finished.trajectory.retried) {
    say(fmt::format("realization {} failed numerically; another eigensolver solved it",
                    results_.first_realization + finished.index));
  }
  results_.samples[finished.index] = std::move(finished.trajectory);
  ++done_;
  pace_.finished(finished.index, progress_.elapsed());
  const auto end = pace_.end();
  progress_.update(done_, end ? std::optional(*end + prediction_seconds_) : end);
  if (enough_) {
    return;
  }
  enough_ = job_.target.reached(results_.samples);
  if (enough_) {
    say(fmt::format("the target error is reached with {} realizations", *enough_));
    reports_.order_stop();
  }
}

void Keeper::take_leave() {
  // Which others were finished by now depends on the number of ranks.
  if (enough_ && !stopping_ && groups_left_ + 1 == job_.layout.groups) {
    results_.samples.resize(*enough_);
    done_ = *enough_;
  }
  ++groups_left_;
}

void Keeper::stop(const std::string& reason) {
  if (stopping_) {
    return;
  }
  stop_reason_ = reason;
  const auto& output = job_.config.output;
  const double grace = job_.seconds ? margin_before_end(*job_.seconds, output.grace) : output.grace;
  say(fmt::format("{}: stopping, {} for the realizations under way", reason,
                  readable_duration(grace)));
  reports_.order_stop();
  end_at_ = Clock::now() + duration(grace);
  stopping_ = true;
  // At once: whoever asked may not wait as long as the grace time.
  checkpoint();
}

void Keeper::write(bool complete) {
  if (done_ > 0) {
    results_.statistics = complete ? ensemble::statistics_of(results_.samples)
                                   : ensemble::mean_and_error_of(results_.samples);
  }
  if (const auto end = pace_.end()) {
    const double elapsed = progress_.elapsed();
    results_.pace = {elapsed, complete ? 0.0 : std::max(*end - elapsed, 0.0), pace_.rate()};
  }
  results_.complete = complete;
  io::write_results(job_.config.output.file, results_, job_.config.output.samples || !complete,
                    job_.lock.get());
  written_ = done_;
  unwritten_prediction_ = false;
}

void Keeper::checkpoint() {
  const auto begin = Clock::now();
  write(false);
  const auto end = Clock::now();
  // However long writing takes, at least half of the time is left for reports.
  next_checkpoint_ =
      std::max(begin + duration(job_.config.output.checkpoint_interval), end + (end - begin));
  say(fmt::format("{}: checkpoint, {} of {} realizations", job_.config.output.file.string(), done_,
                  results_.samples.size()));
}

bool Keeper::lacks(const ensemble::PlannedPrediction& planned) const {
  const auto family = results_.predictions.find(planned.family);
  const bool present = family != results_.predictions.end() &&
                       family->second.contains(std::string(planned.formula->name));
  return planned.plan.feasible() && !present;
}

void Keeper::take(const ensemble::PlannedPrediction& planned, theory::Prediction prediction) {
  const std::lock_guard lock(mutex_);
  results_.predictions[planned.family].insert_or_assign(std::string(planned.formula->name),
                                                        std::move(prediction));
  prediction_seconds_ -= planned.plan.seconds();
  unwritten_prediction_ = true;
}

void Keeper::complete() {
  progress_.finish(done_);
  write(true);
  say(fmt::format("{}{}: complete, {} realizations{}", job_.place, job_.config.output.file.string(),
                  done_, reached_error()));
}

std::string Keeper::reached_error() const {
  const double target = job_.config.target_error;
  if (target == 0.0) {
    return {};
  }
  const double error = ensemble::heat_current_error(results_.samples);
  return fmt::format(", relative standard error of the heat current {:.3g}, target {:.3g}{}", error,
                     target, error > target ? " not reached" : "");
}

void Keeper::interrupted() {
  take_reports();
  if (has_news()) {
    checkpoint();
  }
  say(fmt::format("{}: interrupted by {}, {} of {} realizations; start the same job again to go on",
                  job_.config.output.file.string(), stop_reason_, done_, results_.samples.size()));
}

void Keeper::fail(int rank, const std::string& cause) {
  to_stderr("rmtheat: rank {}{}\n", rank, cause);
  try {
    // Finished before, though not yet taken in. Whatever else failed is not the cause.
    while (auto letter = reports_.next()) {
      if (auto* finished = std::get_if<ensemble::Finished>(&letter->report)) {
        take(std::move(*finished));
      }
    }
    if (done_ > written_) {
      checkpoint();
    }
  } catch (const std::exception& error) {
    say(error.what());
  }
  end_all(ExitStatus::failure);
}

void Keeper::end_all(ExitStatus status) {
  job_.lock->release();
  std::fflush(stderr);
  parallel::Environment::abort(static_cast<int>(status));
}

void Keeper::say(const std::string& line) const { to_stderr("{}\n", line); }

}  // namespace rmtheat::app
