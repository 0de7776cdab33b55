#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rmtheat/app/verbs.hpp"
#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/ensemble/samples.hpp"
#include "rmtheat/ensemble/target_error.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/io/file_lock.hpp"
#include "rmtheat/parallel/communicator.hpp"
#include "rmtheat/planning/layout.hpp"
#include "verb_options.hpp"

namespace rmtheat::app {

/// A job before its first realization: what every rank knows of it, and what the root alone has.
struct Job {
  io::Config config;
  std::string method;             ///< by which realizations are propagated, and why
  std::vector<std::size_t> todo;  ///< realizations to do, relative to the first
  planning::Layout layout;        ///< for those

  planning::Machine machine;
  bool dry_run = false;  ///< say what would be done, and do nothing
  /// Realizations of a results file that has all that the job would write, else 0.
  std::uint64_t finished = 0;

  std::optional<double> seconds;  ///< until it has to end, on the root
  /// Known to be feasible, or why not, on the root before anything is simulated; elsewhere only
  /// which there are.
  std::vector<ensemble::PlannedPrediction> predictions;
  ensemble::Predictions predicted;       ///< of an interrupted run, on the root
  ensemble::Samples samples;             ///< finished earlier, on the root
  std::string place;                     ///< in a scan, "3/8 ", of which less is said; else empty
  ensemble::TargetError target{0.0, 0};  ///< at which the ensemble ends early, on the root
  std::shared_ptr<io::FileLock> lock;    ///< of the results file, on the root
};

/// Locks the results file of the job that has the root's `settings`, checks what can be checked
/// before any work, and tells all ranks. Errors are thrown on every rank alike. `seconds` are left
/// until the job has to end. `locked` is told of the lock as soon as there is one. Collective.
Job prepare(const parallel::Communicator& world, const Given& given, const io::Settings& settings,
            std::optional<double> seconds,
            const std::function<void(std::shared_ptr<io::FileLock>)>& locked);

/// What to say of a job whose results file has all that it would write.
std::string nothing_to_do(const std::filesystem::path& file, std::uint64_t realizations);

/// Says on the root what all ranks threw, before any of them leaves: mpirun ends the others as soon
/// as one exits with an error. Collective.
ExitStatus refused(const parallel::Communicator& world, const Error& error);

}  // namespace rmtheat::app
