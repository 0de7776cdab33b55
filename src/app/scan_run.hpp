#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "array_share.hpp"
#include "estimate.hpp"
#include "job.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/io/scan.hpp"
#include "rmtheat/parallel/communicator.hpp"
#include "rmtheat/support/termination.hpp"
#include "verb_options.hpp"

namespace rmtheat::app {

/// A scan, one job after another, each by all ranks; in a SLURM array this task's share of it.
class ScanRun {
 public:
  /// Prepares every point once, so that what cannot be done is said before anything is. Throws
  /// Error on every rank alike. Collective; `world` must outlive it, `jobs` is the root's.
  ScanRun(const parallel::Communicator& world, Given given, io::Jobs jobs);

  /// Does what is to be done; what is finished is left as it is. Collective.
  ExitStatus execute(const TerminationSignals& signals);

 private:
  struct Point {
    std::uint64_t index = 0;     ///< in jobs_
    std::uint64_t finished = 0;  ///< as that of the job
  };

  void survey();
  /// Does a point that is not finished. Throws Error before it is begun.
  ExitStatus perform(Point& point, const std::string& place, const TerminationSignals& signals);
  /// Until the program has to end, on the root.
  [[nodiscard]] std::optional<double> seconds() const;
  /// The same on every rank. Collective.
  [[nodiscard]] bool must_end(const TerminationSignals& signals) const;
  void say_end(std::size_t before, bool interrupted) const;

  const parallel::Communicator& world_;
  Given given_;
  io::Jobs jobs_;
  Share share_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::vector<Point> points_;             ///< those of this program
  std::optional<ScanEstimate> estimate_;  ///< of a dry run, on the root
  bool threads_used_ = false;
};

}  // namespace rmtheat::app
