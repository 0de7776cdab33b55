#include "estimate.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "results_of_job.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/io/scan.hpp"
#include "rmtheat/planning/control_coefficients.hpp"
#include "rmtheat/planning/cost.hpp"
#include "rmtheat/planning/expected_error.hpp"
#include "rmtheat/planning/final_phase.hpp"
#include "rmtheat/planning/layout.hpp"
#include "rmtheat/planning/method_choice.hpp"
#include "rmtheat/support/available_memory.hpp"
#include "rmtheat/support/blas.hpp"
#include "rmtheat/support/progress.hpp"
#include "rmtheat/support/streams.hpp"
#include "verb_options.hpp"

namespace rmtheat::app {
namespace {

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;

/// What a rank may take when this machine's memory is shared by the ranks it has cores for.
double memory_here(int ranks) {
  const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  return available_memory() / std::min(ranks, cores);
}

/// Of the whole ensemble.
std::string expected_error(const io::Config& config) {
  const auto& experiment = config.experiment;
  if (!planning::varies(experiment, config.solver)) {
    return "none, as nothing is random";
  }
  std::vector<dynamics::ControlCoefficients> control;
  if (planning::ExpectedError::reads_control(config.solver)) {
    control = planning::control_coefficients(experiment);
  }
  const planning::ExpectedError error(experiment, config.solver, control);
  const double all = error.after(experiment.realizations);
  if (!std::isfinite(all)) {
    return "no heat current flows at leading order";
  }
  constexpr double target = 0.01;
  return fmt::format(
      "{:.2g} % of the late heat current after {} realizations; 1 % takes about {:.0f}",
      100.0 * all, experiment.realizations, error.realizations_for(target));
}

void print_calibration(double rate) {
  to_stdout(
      "  calibration    {:.1f} GFLOP/s per rank in zgemm on this machine now; a machine of another "
      "speed takes\n                 as much longer; the network is not included\n",
      rate * 1e-9);
}

/// What realizations of a job take.
struct Estimate {
  planning::RealizationCost cost;
  std::size_t rounds = 0;  ///< one after another in each group
  double seconds = 0.0;
  double core_hours = 0.0;
};

Estimate estimate_of(const io::Config& config, const planning::Layout& layout, int ranks,
                     std::size_t realizations, double rate) {
  const auto groups = static_cast<std::size_t>(layout.groups);
  Estimate estimate;
  estimate.cost =
      planning::realization_cost(config.experiment, config.solver, layout.smallest_group, rate);
  estimate.rounds = (realizations + groups - 1) / groups;
  estimate.seconds = static_cast<double>(estimate.rounds) * estimate.cost.total();
  estimate.core_hours =
      estimate.seconds * static_cast<double>(config.solver.threads) * ranks / 3600.0;
  return estimate;
}

double seconds_of(const std::vector<ensemble::PlannedPrediction>& planned) {
  double seconds = 0.0;
  for (const auto& each : planned) {
    seconds += each.plan.feasible() ? each.plan.seconds() : 0.0;
  }
  return seconds;
}

/// A job as it would be begun on this machine.
struct Planned {
  io::Config config;
  std::string method;
  planning::Layout layout;
};

Planned planned_job(const io::Settings& settings, const planning::Machine& machine) {
  Planned job{io::make_config(settings), {}, {}};
  auto& experiment = job.config.experiment;
  auto& solver = job.config.solver;
  auto choice = planning::choose_method(experiment, solver, machine);
  solver.method = choice.method;
  solver.noise_reduction = choice.noise_reduction;
  job.method = std::move(choice.description);
  if (!planning::varies(experiment, solver)) {
    experiment.realizations = 1;
  }
  job.layout = planning::choose_layout(experiment, solver, experiment.realizations, machine);
  // The first rank may have its machine for itself by then.
  planning::require_final_fit(planning::final_phase(experiment, solver), experiment,
                              machine.memory_per_rank * machine.ranks);
  return job;
}

}  // namespace

ExitStatus estimate(const Arguments& arguments) {
  const auto given = read_verb("info --estimate", arguments);
  const auto& file = given.files.front();
  const auto ranks = static_cast<int>(given.ranks);
  const planning::Machine machine{
      ranks, given.memory_per_rank ? *given.memory_per_rank * gibibyte : memory_here(ranks)};
  const auto jobs = io::load_jobs(file, given.job);
  if (jobs.folder) {
    ScanEstimate scan(ranks);
    for (std::size_t k = 0; k < jobs.settings.size(); ++k) {
      const auto job = planned_job(jobs.settings[k], machine);
      const auto realizations = job.config.experiment.realizations;
      scan.add(k, job.config, job.layout, realizations,
               ensemble::plan_predictions(job.config.experiment, realizations));
    }
    scan.print(jobs.folder->string());
    return ExitStatus::success;
  }
  const auto job = planned_job(jobs.settings.front(), machine);
  const auto& experiment = job.config.experiment;
  to_stdout("{}: D = {} x {} = {}, {} realizations\n  method         {}\n", file,
            experiment.systems[0].size, experiment.systems[1].size, experiment.dimension(),
            experiment.realizations, job.method);
  print_estimate(job.config, job.layout, machine, experiment.realizations);
  print_predictions(ensemble::plan_predictions(experiment, experiment.realizations));
  return ExitStatus::success;
}

void ScanEstimate::add(std::size_t index, const io::Config& config, const planning::Layout& layout,
                       std::size_t todo, const std::vector<ensemble::PlannedPrediction>& planned) {
  if (rate_ == 0.0) {
    blas::set_threads(static_cast<int>(config.solver.threads));
    rate_ = planning::measure_zgemm_rate();
  }
  const auto estimate = todo > 0 ? estimate_of(config, layout, ranks_, todo, rate_) : Estimate{};
  rows_ += fmt::format("  {:>5}  {:<40} {:>8}  {:>5} of {:<5} {:>10} {:>10}  {}\n", index,
                       config.output.file.filename().string(), config.experiment.dimension(), todo,
                       config.experiment.realizations, readable_duration(estimate.seconds),
                       readable_bytes(layout.memory_per_rank), method_name(config.solver));
  ++points_;
  todo_ += todo;
  seconds_ += estimate.seconds;
  core_hours_ += estimate.core_hours;
  prediction_seconds_ += todo > 0 ? seconds_of(planned) : 0.0;
  memory_per_rank_ = std::max(memory_per_rank_, layout.memory_per_rank);
}

void ScanEstimate::print(const std::string& folder) const {
  to_stdout("{}/: {} point{}\n  {:>5}  {:<40} {:>8}  {:>14} {:>10} {:>10}  {}\n{}", folder, points_,
            points_ == 1 ? "" : "s", "index", "file", "D", "realizations", "time", "per rank",
            "method", rows_);
  to_stdout(
      "  in all         {} realizations: {}, {:.3g} core hours on {} rank{}, up to {} per rank\n",
      todo_, readable_duration(seconds_), core_hours_, ranks_, ranks_ == 1 ? "" : "s",
      readable_bytes(memory_per_rank_));
  to_stdout("  predictions    about {} on one core\n", readable_duration(prediction_seconds_));
  print_calibration(rate_);
}

void print_estimate(const io::Config& config, const planning::Layout& layout,
                    const planning::Machine& machine, std::size_t realizations) {
  blas::set_threads(static_cast<int>(config.solver.threads));
  const double rate = planning::measure_zgemm_rate();
  const auto [cost, rounds, seconds, core_hours] =
      estimate_of(config, layout, machine.ranks, realizations, rate);

  to_stdout("  layout         {}\n", planning::describe(layout));
  to_stdout("  memory         {} per rank of {} available, {} in all\n",
            readable_bytes(layout.memory_per_rank), readable_bytes(machine.memory_per_rank),
            readable_bytes(layout.memory_per_rank * machine.ranks));
  to_stdout("  end of the job {} on the first rank\n",
            readable_bytes(planning::final_phase(config.experiment, config.solver).peak()));
  to_stdout("  realization    {} on {} rank{}: {} to solve, {} to evolve\n",
            readable_duration(cost.total()), layout.smallest_group,
            layout.smallest_group == 1 ? "" : "s", readable_duration(cost.solving),
            readable_duration(cost.evolving));
  to_stdout("  ensemble       {}: {} one after another in each group, {:.3g} core hours\n",
            readable_duration(seconds), rounds, core_hours);
  to_stdout("  expected error {}\n", expected_error(config));
  print_calibration(rate);
}

void print_predictions(const std::vector<ensemble::PlannedPrediction>& planned) {
  double memory = 0.0;
  std::size_t feasible = 0;
  for (const auto& each : planned) {
    if (each.plan.feasible()) {
      memory = std::max(memory, each.plan.memory);
      ++feasible;
    } else {
      to_stdout("  no prediction  {}: {}\n", each.name(), each.plan.obstacle);
    }
  }
  to_stdout("  predictions    {}, about {} and {} on one core after the ensemble\n", feasible,
            readable_duration(seconds_of(planned)), readable_bytes(memory));
}

}  // namespace rmtheat::app
