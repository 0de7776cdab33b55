#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "results_of_job.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/dynamics/engine.hpp"
#include "rmtheat/ensemble/layout.hpp"
#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/ensemble/runner.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/io/results_file.hpp"
#include "rmtheat/linalg/blas.hpp"
#include "rmtheat/parallel/agreement.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/parallel/groups.hpp"
#include "rmtheat/parallel/node.hpp"
#include "rmtheat/support/progress.hpp"

namespace rmtheat::app {
namespace {

using ensemble::Samples;
using parallel::Communicator;

/// A job as every rank knows it before the first realization.
struct Job {
  io::Config config;
  std::vector<std::size_t> todo;  ///< realizations to do, relative to the first
  ensemble::Layout layout;
};

/// Takes `flag` out of the arguments; true when it was there.
bool take_flag(Arguments& arguments, const std::string& flag) {
  return std::erase(arguments, flag) > 0;
}

void keep_as_backup(const std::filesystem::path& file) {
  auto backup = file;
  backup += ".bak";
  std::filesystem::rename(file, backup);
}

/// The job's finished realizations out of an earlier results file of the same physics.
Samples continued_samples(const io::Config& config) {
  const auto& file = config.output.file;
  const auto& experiment = config.experiment;
  Samples samples(experiment.realizations);
  if (!std::filesystem::exists(file)) {
    return samples;
  }
  auto earlier = io::read_results(file);
  const auto differences = io::physics_differences(io::parse_config(earlier.config), config);
  if (!differences.empty()) {
    const auto& [option, left, right] = differences.front();
    throw InputError(fmt::format(
        "output.file = {} holds another experiment ({} = {} there, {} here{}): name another file, "
        "or "
        "give --restart to start anew and keep the old file as {}.bak.",
        file.string(), option, left, right,
        differences.size() > 1 ? fmt::format(", and {} more differences", differences.size() - 1)
                               : "",
        file.string()));
  }
  if (earlier.samples.empty() && earlier.statistics.realizations > 0) {
    throw InputError(fmt::format(
        "output.file = {} was written with output.samples = false and cannot be continued: name "
        "another file, or give --restart.",
        file.string()));
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
    samples[realization - experiment.first_realization] = std::move(earlier.samples[k]);
  }
  return samples;
}

/// Reads the options on the root, checks what can be checked before any work, and tells all ranks.
/// Errors are thrown on every rank alike.
Job prepare(const Communicator& world, Arguments arguments, Samples& samples) {
  const bool restart = take_flag(arguments, "--restart");
  const std::string text =
      parallel::on_root(world, [&] { return io::load_config(arguments).resolved_text; });
  Job job;
  job.config = parallel::agree(world, [&] { return io::parse_config(text); });

  parallel::agree(world, [&] {
    if (world.is_root()) {
      io::require_writable(job.config.output.file);
      if (restart) {
        samples.resize(job.config.experiment.realizations);
      } else {
        samples = continued_samples(job.config);
      }
      for (std::size_t k = 0; k < samples.size(); ++k) {
        if (!samples[k]) {
          job.todo.push_back(k);
        }
      }
    }
  });
  world.broadcast(job.todo);

  if (!job.todo.empty()) {
    const ensemble::Machine machine{world.size(), parallel::memory_per_rank(world)};
    job.layout = parallel::agree(world, [&] {
      return ensemble::choose_layout(job.config.experiment, job.config.solver, job.todo.size(),
                                     machine);
    });
  }
  if (restart && world.is_root() && std::filesystem::exists(job.config.output.file)) {
    keep_as_backup(job.config.output.file);
  }
  return job;
}

/// Simulates what is to be done and writes the file.
void execute(const Communicator& world, const Job& job, Samples& samples) {
  const auto& [config, todo, layout] = job;
  const auto& experiment = config.experiment;
  std::FILE* log = world.is_root() ? stderr : nullptr;
  const auto say = [log](const std::string& line) {
    if (log != nullptr) {
      fmt::print(log, "{}\n", line);
    }
  };
  const auto provenance = io::current_provenance(world.size(), parallel::library_version());
  say(fmt::format("rmtheat {}: D = {} x {} = {}, lambda = {}, {} realizations, {} to do",
                  provenance.code_version, experiment.systems[0].size, experiment.systems[1].size,
                  experiment.dimension(), experiment.strength, experiment.realizations,
                  todo.size()));

  auto results = results_of_job(config, provenance);
  const auto write = [&](bool complete) {
    results.samples = samples;
    results.statistics = ensemble::statistics_of(samples);
    results.complete = complete;
    io::write_results(config.output.file, results, config.output.samples || !complete);
  };

  if (!todo.empty()) {
    say(fmt::format("{} rank{}: {}", world.size(), world.size() == 1 ? "" : "s",
                    ensemble::describe(layout)));
    const parallel::Group group(world, layout.ranks_per_group);
    const auto engine = dynamics::make_engine(experiment, group.communicator(), config.solver);

    using Clock = std::chrono::steady_clock;
    std::size_t done = experiment.realizations - todo.size();
    Progress progress(log, "realizations", experiment.realizations, done);
    auto last_checkpoint = Clock::now();
    ensemble::run_realizations(
        world, group, experiment, *engine, todo, [&](std::size_t index, ensemble::Sample sample) {
          samples[index] = std::move(sample);
          progress.update(++done);
          const std::chrono::duration<double> since = Clock::now() - last_checkpoint;
          if (since.count() > config.output.checkpoint_interval && done < experiment.realizations) {
            write(false);
            last_checkpoint = Clock::now();
          }
        });
    progress.finish(done);
  }

  if (world.is_root()) {
    results.predictions["large_n"] = ensemble::large_n_predictions(experiment);
  }
  std::vector<std::uint64_t> realizations(experiment.realizations);
  std::iota(realizations.begin(), realizations.end(), experiment.first_realization);
  auto finite_n = ensemble::finite_n_predictions(experiment, realizations, samples, &world);
  if (world.is_root()) {
    results.predictions["finite_n"] = std::move(finite_n);
    write(true);
    say(fmt::format("{}: complete, {} realizations", config.output.file.string(),
                    experiment.realizations));
  }
}

}  // namespace

ExitStatus run(const Arguments& arguments) {
  const parallel::Environment environment;
  const auto world = parallel::Environment::world();
  linalg::set_blas_threads(1);

  Samples samples;  // filled on the root alone
  std::optional<Job> job;
  try {
    job = prepare(world, arguments, samples);
  } catch (const Error& error) {
    // Said before any rank leaves: mpirun ends the others as soon as one exits with an error.
    if (world.is_root()) {
      fmt::print(stderr, "rmtheat: {}\n", error.what());
      std::fflush(stderr);
    }
    world.barrier();
    return error.exit_status();
  }

  // From here on one rank may fail alone, and the others would wait for it for ever.
  try {
    execute(world, *job, samples);
  } catch (const std::exception& error) {
    fmt::print(stderr, "rmtheat: rank {}: {}\n", world.rank(), error.what());
    if (world.size() > 1) {
      parallel::Environment::abort(static_cast<int>(ExitStatus::failure));
    }
    return ExitStatus::failure;
  }
  return ExitStatus::success;
}

}  // namespace rmtheat::app
