#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rmtheat/app/verbs.hpp"
#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/planning/layout.hpp"

namespace rmtheat::app {

/// The verb info --estimate: prints the time and the memory that a job will take, without starting
/// it.
ExitStatus estimate(const Arguments& arguments);

/// Prints layout, memory and time of these realizations of a job, after timing a matrix product
/// on this machine.
void print_estimate(const io::Config& config, const planning::Layout& layout,
                    const planning::Machine& machine, std::size_t realizations);

/// Prints what the jobs of a scan will take, a line each, and all of them together.
class ScanEstimate {
 public:
  /// For a program of so many ranks.
  explicit ScanEstimate(int ranks) : ranks_(ranks) {}

  /// A point's job, with its layout for the realizations that are to do.
  void add(std::size_t index, const io::Config& config, const planning::Layout& layout,
           std::size_t todo, const std::vector<ensemble::PlannedPrediction>& planned);
  void print(const std::string& folder) const;

 private:
  int ranks_;
  double rate_ = 0.0;  ///< of zgemm, measured once
  std::string rows_;
  std::size_t points_ = 0;
  std::size_t todo_ = 0;  ///< realizations
  double seconds_ = 0.0;
  double core_hours_ = 0.0;
  double prediction_seconds_ = 0.0;
  double memory_per_rank_ = 0.0;  ///< the largest
};

/// Prints how long the predictions will take, and which there will not be, with the reason.
void print_predictions(const std::vector<ensemble::PlannedPrediction>& planned);

}  // namespace rmtheat::app
