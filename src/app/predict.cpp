#include <cstdint>
#include <filesystem>
#include <numeric>
#include <vector>

#include <fmt/format.h>

#include "results_of_job.hpp"
#include "rmtheat/app/verbs.hpp"
#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/io/results_file.hpp"

namespace rmtheat::app {

ExitStatus predict(const Arguments& arguments) {
  const auto config = io::load_config(arguments);
  const auto& experiment = config.experiment;
  io::require_writable(config.output.file);
  if (std::filesystem::exists(config.output.file) &&
      io::read_results(config.output.file).statistics.realizations > 0) {
    throw InputError(
        fmt::format("output.file = {} holds a simulated ensemble, which predict would overwrite: "
                    "name another file.",
                    config.output.file.string()));
  }
  auto results = results_of_job(config, io::current_provenance(1, ""));
  results.predictions["large_n"] = ensemble::large_n_predictions(experiment);
  std::vector<std::uint64_t> realizations(experiment.realizations);
  std::iota(realizations.begin(), realizations.end(), experiment.first_realization);
  results.predictions["finite_n"] =
      ensemble::finite_n_predictions(experiment, realizations, {}, nullptr);
  results.complete = true;
  io::write_results(config.output.file, results, false);
  fmt::print(stderr, "{}: predictions written\n", config.output.file.string());
  return ExitStatus::success;
}

}  // namespace rmtheat::app
