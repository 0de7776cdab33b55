#include "estimate.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "rmtheat/io/config.hpp"
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
  const double all =
      planning::expected_relative_error(experiment, config.solver, experiment.realizations);
  if (!std::isfinite(all)) {
    return "no heat current flows at leading order";
  }
  constexpr double target = 0.01;
  return fmt::format(
      "{:.2g} % of the late heat current after {} realizations; 1 % takes about {:.0f}",
      100.0 * all, experiment.realizations,
      planning::realizations_for(experiment, config.solver, target));
}

}  // namespace

ExitStatus estimate(const Arguments& arguments) {
  const auto given = read_verb("info --estimate", arguments);
  const auto& job = given.files.front();
  auto config = io::load_config(job, given.job);
  auto& experiment = config.experiment;
  const auto ranks = static_cast<int>(given.ranks);
  const planning::Machine machine{
      ranks, given.memory_per_rank ? *given.memory_per_rank * gibibyte : memory_here(ranks)};
  const auto choice = planning::choose_method(experiment, config.solver, machine);
  config.solver.method = choice.method;
  config.solver.noise_reduction = choice.noise_reduction;
  if (!planning::varies(experiment, config.solver)) {
    experiment.realizations = 1;
  }
  const auto layout =
      planning::choose_layout(experiment, config.solver, experiment.realizations, machine);
  // The first rank may have its machine for itself by then.
  planning::require_final_fit(planning::final_phase(experiment, config.solver), experiment,
                              machine.memory_per_rank * ranks);

  to_stdout("{}: D = {} x {} = {}, {} realizations\n  method         {}\n", job,
            experiment.systems[0].size, experiment.systems[1].size, experiment.dimension(),
            experiment.realizations, choice.description);
  print_estimate(config, layout, machine, experiment.realizations);
  print_predictions(ensemble::plan_predictions(experiment, experiment.realizations));
  return ExitStatus::success;
}

void print_estimate(const io::Config& config, const planning::Layout& layout,
                    const planning::Machine& machine, std::size_t realizations) {
  blas::set_threads(static_cast<int>(config.solver.threads));
  const double rate = planning::measure_zgemm_rate();
  const auto cost =
      planning::realization_cost(config.experiment, config.solver, layout.smallest_group, rate);
  const auto groups = static_cast<std::size_t>(layout.groups);
  const std::size_t rounds = (realizations + groups - 1) / groups;
  const double seconds = static_cast<double>(rounds) * cost.total();
  const double cores = static_cast<double>(config.solver.threads) * machine.ranks;

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
            readable_duration(seconds), rounds, seconds * cores / 3600.0);
  to_stdout("  expected error {}\n", expected_error(config));
  to_stdout(
      "  calibration    {:.1f} GFLOP/s per rank in zgemm on this machine now; a machine of another "
      "speed takes\n                 as much longer; the network is not included\n",
      rate * 1e-9);
}

void print_predictions(const std::vector<ensemble::PlannedPrediction>& planned) {
  double seconds = 0.0;
  double memory = 0.0;
  std::size_t feasible = 0;
  for (const auto& each : planned) {
    if (each.plan.feasible()) {
      seconds += each.plan.seconds();
      memory = std::max(memory, each.plan.memory);
      ++feasible;
    } else {
      to_stdout("  no prediction  {}: {}\n", each.name(), each.plan.obstacle);
    }
  }
  to_stdout("  predictions    {}, about {} and {} on one core after the ensemble\n", feasible,
            readable_duration(seconds), readable_bytes(memory));
}

}  // namespace rmtheat::app
