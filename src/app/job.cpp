#include "job.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "results_of_job.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/parallel/agreement.hpp"
#include "rmtheat/parallel/node.hpp"
#include "rmtheat/planning/final_phase.hpp"
#include "rmtheat/planning/method_choice.hpp"
#include "rmtheat/support/available_memory.hpp"
#include "rmtheat/support/streams.hpp"

namespace rmtheat::app {
namespace {

using ensemble::Samples;
using Locked = std::function<void(std::shared_ptr<io::FileLock>)>;

void keep_as_backup(const std::filesystem::path& file) {
  auto backup = file;
  backup += ".bak";
  std::filesystem::rename(file, backup);
}

/// What an earlier results file has for a job.
struct Earlier {
  Samples samples;                       ///< as many as the job has
  std::size_t least = 0;                 ///< realizations that a new target error must not drop
  ensemble::Predictions predicted = {};  ///< by an interrupted run
  std::uint64_t finished = 0;            ///< realizations, where nothing is left to do
  std::uint64_t complete_with = 0;       ///< realizations of a complete file, else 0
};

/// The job's finished realizations out of an earlier results file of the same physics.
Earlier continued(const io::Config& config, bool trusted) {
  const auto& file = config.output.file;
  const auto& experiment = config.experiment;
  Earlier result{Samples(experiment.realizations)};
  auto& samples = result.samples;
  if (!std::filesystem::exists(file)) {
    return result;
  }
  auto earlier = read_results(file.string(), trusted);
  const auto earlier_config = io::parse_config(earlier.config);
  const auto differences = io::physics_differences(earlier_config, config);
  if (!differences.empty()) {
    const auto& [option, left, right] = differences.front();
    throw InputError(fmt::format(
        "output.file = {0} holds another experiment ({1} = {2} there, {3} here{4}): name another "
        "file, or give --restart to start anew and keep the old file as {0}.bak.",
        file.string(), option, left, right,
        differences.size() > 1 ? fmt::format(", and {} more differences", differences.size() - 1)
                               : ""));
  }
  if (earlier.samples.empty() && earlier.statistics.realizations > 0) {
    if (earlier.complete && !config.output.samples && earlier_config.first == config.first &&
        earlier_config.realizations == config.realizations &&
        earlier_config.target_error == config.target_error) {
      result.finished = earlier.statistics.realizations;
      return result;
    }
    const auto end = earlier_config.first + earlier.statistics.realizations;
    throw InputError(fmt::format(
        "output.file = {} was written with output.samples = false and cannot be continued: "
        "simulate more into another file, --ensemble.first={}, and join both with rmtheat merge; "
        "or give --restart.",
        file.string(), end));
  }
  if (!earlier.origins.empty() &&
      (!earlier.complete || earlier.samples.size() != experiment.realizations)) {
    throw InputError(
        fmt::format("output.file = {} holds pooled seeds and cannot be continued: simulate more "
                    "into another file and join both with rmtheat merge --pool.",
                    file.string()));
  }
  require_work_share(config, earlier, file.string());
  if (earlier.complete && config.output.samples) {
    result.complete_with = earlier.samples.size();
  }
  if (!earlier.complete) {
    result.predicted = std::move(earlier.predictions);
  }
  for (std::size_t k = 0; k < earlier.samples.size(); ++k) {
    const std::uint64_t realization = earlier.first_realization + k;
    if (!earlier.samples[k]) {
      continue;
    }
    if (realization < experiment.first_realization ||
        realization - experiment.first_realization >= samples.size()) {
      throw InputError(fmt::format(
          "output.file = {} holds realization {}, which ensemble.first = {} and "
          "ensemble.realizations = {} would drop: name another file, or give --restart.",
          file.string(), realization, experiment.first_realization, experiment.realizations));
    }
    const auto index = realization - experiment.first_realization;
    samples[index] = std::move(earlier.samples[k]);
    if (earlier_config.target_error != config.target_error) {
      result.least = index + 1;
    }
  }
  return result;
}

/// On the root: everything about the results file before the run.
void take_over_file(Job& job, const Given& given, const Locked& locked) {
  const auto& file = job.config.output.file;
  if (!job.dry_run) {
    job.lock = std::make_shared<io::FileLock>(file);
    locked(job.lock);
    io::require_writable(file);
    io::remove_abandoned_files(file);
  }
  auto earlier = given.restart ? Earlier{Samples(job.config.experiment.realizations)}
                               : continued(job.config, given.trust);
  job.samples = std::move(earlier.samples);
  job.target = ensemble::TargetError(job.config.target_error, earlier.least);
  if (const auto enough = job.target.reached(job.samples)) {
    job.samples.resize(*enough);
  }
  for (std::size_t k = 0; k < job.samples.size(); ++k) {
    if (!job.samples[k]) {
      job.todo.push_back(k);
    }
  }
  const bool all_there = job.todo.empty() && job.samples.size() == earlier.complete_with;
  job.finished = all_there ? earlier.complete_with : earlier.finished;
  job.predicted = std::move(earlier.predicted);
  if (!job.todo.empty() && job.config.experiment.has_random_levels()) {
    job.predicted.erase("finite_n");  // they average over all realizations
  }
}

/// What is automatic about the method is that of the realizations in the results file, if there are
/// any: a file is continued by the method that it was begun with.
void take_method_from_file(io::Config& config, bool trusted) {
  using dynamics::Method;
  using dynamics::NoiseReduction;
  const bool any_method = config.solver.method == Method::automatic;
  if (!any_method && config.solver.noise_reduction != NoiseReduction::automatic) {
    return;
  }
  if (!std::filesystem::exists(config.output.file)) {
    return;
  }
  const auto earlier = io::read_results(config.output.file, trusted);
  const auto solver = io::parse_config(earlier.config).solver;
  if (earlier.statistics.realizations == 0 ||
      (!any_method && solver.method != config.solver.method)) {
    return;
  }
  auto settings = static_cast<const io::Settings&>(config);
  settings.solver.method = solver.method;
  if (settings.solver.noise_reduction == NoiseReduction::automatic) {
    settings.solver.noise_reduction = solver.noise_reduction;
  }
  config = io::make_config(std::move(settings));
}

/// Given operators, which the root has read, to all ranks. Collective.
void share_operators(const parallel::Communicator& world, io::Config& config) {
  const auto& described = config.coupling.operators;
  if (!described) {
    return;
  }
  auto operators = *described;
  world.broadcast(operators.half_width);
  for (auto& factors : operators.factors) {
    world.broadcast(factors);
  }
  auto settings = static_cast<const io::Settings&>(config);
  settings.coupling.operators = std::make_shared<const model::GivenOperators>(std::move(operators));
  config = io::make_config(std::move(settings));
}

/// Where nothing is random one realization is all there is, however many were asked for.
void leave_out_repetitions(Job& job, io::Settings& settings) {
  if (!planning::varies(job.config.experiment, settings.solver)) {
    settings.realizations = 1;
    settings.first = 0;
    settings.target_error = 0.0;
    job.method += "; nothing is random: one realization is all";
  }
}

/// Puts the method chosen into the job's options, so that a file that it is continued in, and the
/// file that it writes, name the method that was used.
void choose_method(Job& job) {
  auto choice = planning::choose_method(job.config.experiment, job.config.solver, job.machine);
  auto settings = static_cast<const io::Settings&>(job.config);
  settings.solver.method = choice.method;
  settings.solver.noise_reduction = choice.noise_reduction;
  job.method = std::move(choice.description);
  leave_out_repetitions(job, settings);
  job.config = io::make_config(std::move(settings));
}

}  // namespace

Job prepare(const parallel::Communicator& world, const Given& given, const io::Settings& settings,
            std::optional<double> seconds, const Locked& locked) {
  Job job;
  job.dry_run = given.dry_run;
  job.seconds = seconds;
  const std::string text = parallel::on_root(world, [&] {
    job.config = io::make_config(settings);
    if (!given.restart) {
      take_method_from_file(job.config, given.trust);
    }
    return job.config.resolved_text;
  });
  job.machine = {world.size(), parallel::memory_per_rank(world)};
  parallel::agree(world, [&] {
    if (!world.is_root()) {
      job.config = io::parse_config(text);
    }
  });
  share_operators(world, job.config);
  parallel::agree(world, [&] { choose_method(job); });
  parallel::on_root(world, [&] {
    const auto& experiment = job.config.experiment;
    planning::require_final_fit(planning::final_phase(experiment, job.config.solver), experiment,
                                available_memory());
  });
  parallel::on_root(world, [&] { take_over_file(job, given, locked); });
  world.broadcast(job.finished);
  if (job.finished > 0 && !job.dry_run) {
    return job;
  }
  world.broadcast(job.todo);

  if (!job.todo.empty()) {
    job.layout = parallel::agree(world, [&] {
      return planning::choose_layout(job.config.experiment, job.config.solver, job.todo.size(),
                                     job.machine);
    });
  }
  job.predictions = ensemble::candidate_predictions();
  parallel::on_root(world, [&] {
    ensemble::plan(job.predictions, job.config.experiment, job.samples.size());
    if (given.restart && !job.dry_run && std::filesystem::exists(job.config.output.file)) {
      keep_as_backup(job.config.output.file);
    }
  });
  return job;
}

std::string nothing_to_do(const std::filesystem::path& file, std::uint64_t realizations) {
  return fmt::format("{}: complete, {} realizations, 0 to do; the file is left as it is",
                     file.string(), realizations);
}

ExitStatus refused(const parallel::Communicator& world, const Error& error) {
  if (world.is_root()) {
    to_stderr("rmtheat: {}\n", error.what());
    std::fflush(stderr);
  }
  world.barrier();
  return error.exit_status();
}

}  // namespace rmtheat::app
