#pragma once

#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>

#include "job.hpp"
#include "rmtheat/ensemble/pace.hpp"
#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/ensemble/reports.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/support/progress.hpp"
#include "rmtheat/support/termination.hpp"

namespace rmtheat::app {

/// Keeps an ensemble on the root of the world: takes in the reports of all ranks, writes
/// checkpoints, and ends the job in time when it is asked to, when its time runs out or when a rank
/// fails.
///
/// One thread at a time; while a Service does step(), others may call all_left() and stopping(),
/// and once all have left samples(), lacks() and take().
class Keeper {
 public:
  using Clock = std::chrono::steady_clock;

  /// The references must outlive the keeper, which takes the job's samples.
  Keeper(Job& job, int ranks, ensemble::Reports& reports, const TerminationSignals& signals);

  /// What is to be done at this moment.
  void step();

  /// True once every group has reported that it will finish no more realizations.
  [[nodiscard]] bool all_left() const { return groups_left_ == job_.layout.groups; }
  [[nodiscard]] bool stopping() const { return stopping_; }
  [[nodiscard]] const ensemble::Samples& samples() const { return results_.samples; }

  /// True where the prediction is feasible and not in the results yet. On the main thread.
  [[nodiscard]] bool lacks(const ensemble::PlannedPrediction& planned) const;
  /// Keeps a prediction for the next checkpoint. On the main thread.
  void take(const ensemble::PlannedPrediction& planned, theory::Prediction prediction);
  /// Writes the final file.
  void complete();
  /// Writes what is done, when the job was told to stop.
  void interrupted();
  /// Keeps what is done, says what happened and ends all ranks.
  [[noreturn]] void fail(int rank, const std::string& cause);

 private:
  /// Says what is about to be done.
  void introduce(int ranks) const;
  void take_reports();
  void take(ensemble::Finished finished);
  void take_leave();
  void stop(const std::string& reason);
  void write(bool complete);
  void checkpoint();
  [[nodiscard]] bool has_news() const { return done_ > written_ || unwritten_prediction_; }
  /// In words, where there is a target.
  [[nodiscard]] std::string reached_error() const;
  void say(const std::string& line) const;
  [[noreturn]] void end_all(ExitStatus status);

  Job& job_;
  ensemble::Reports& reports_;
  const TerminationSignals& signals_;
  io::Results results_;
  std::size_t done_;
  std::size_t written_;  ///< realizations in the file
  std::mutex mutex_;     ///< of the results, between step() and take()
  bool unwritten_prediction_ = false;
  double prediction_seconds_ = 0.0;  ///< that those still lacking will take
  ensemble::Pace pace_;
  Progress progress_;
  std::optional<std::size_t> enough_;  ///< realizations that reach the target error
  std::atomic<int> groups_left_ = 0;
  std::atomic<bool> stopping_ = false;
  std::string stop_reason_;
  std::optional<Clock::time_point> stop_at_;  ///< time is running out
  std::optional<Clock::time_point> end_at_;   ///< no one is waited for any longer
  Clock::time_point next_checkpoint_;
  Clock::time_point next_refresh_;
};

}  // namespace rmtheat::app
