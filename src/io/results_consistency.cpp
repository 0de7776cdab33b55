#include "results_consistency.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "hdf5.hpp"
#include "rmtheat/model/levels.hpp"

namespace rmtheat::io {

namespace {

using model::System;

/// The file may have been written on another machine, with other rounding.
constexpr double tolerance = 1e-9;

[[noreturn]] void contradiction(const std::string& what) {
  throw hdf5::Failure(
      fmt::format("it contradicts itself: {} not what its attribute config says", what));
}

bool agree(std::span<const double> left, std::span<const double> right) {
  double scale = 0.0;
  for (const double value : right) {
    scale = std::max(scale, std::abs(value));
  }
  return std::ranges::equal(
      left, right, [scale](double a, double b) { return std::abs(a - b) <= tolerance * scale; });
}

/// Of a system whose levels are the same in every realization.
std::vector<double> fixed_levels(const System& system) {
  return system.placement == model::LevelPlacement::file
             ? system.file_levels
             : model::place_levels(*system.density, system.size, system.placement,
                                   PhiloxStream(0, 0, Stream::levels_1));
}

void require_levels(const System& system, std::size_t index, const ensemble::Samples& samples) {
  const auto what = fmt::format("the levels of system {} are", index + 1);
  const dynamics::Trajectory* first = nullptr;
  for (const auto& sample : samples) {
    if (sample && sample->levels[index].size() != system.size) {
      contradiction(what);
    }
    first = first == nullptr && sample ? &*sample : first;
  }
  if (first != nullptr && !system.has_random_levels() &&
      !agree(first->levels[index], fixed_levels(system))) {
    contradiction(what);
  }
}

}  // namespace

Config job_in(const Results& results) {
  try {
    auto settings = parse_settings(results.config);
    // Resolved options name none: whatever a file says, reading it opens no other.
    if (settings.coupling_file || settings.systems[0].file || settings.systems[1].file) {
      throw InputError("it names an input file");
    }
    return make_config(std::move(settings));
  } catch (const InputError& error) {
    throw hdf5::Failure(
        fmt::format("its attribute config is no job of this program ({})", error.what()));
  }
}

void require_consistent(const Results& results, const Config& job) {
  const auto& experiment = job.experiment;
  if (!agree(results.times, experiment.times)) {
    contradiction("its times are");
  }
  const auto same_pair = [](const model::Betas& betas, const model::StatePointer& state) {
    return betas == state->betas();
  };
  if (!std::ranges::equal(results.betas, experiment.states, same_pair)) {
    contradiction("its temperatures are");
  }
  for (std::size_t k = 0; k < experiment.systems.size(); ++k) {
    if (results.systems[k] != describe(experiment.systems[k])) {
      contradiction(fmt::format("system {} is", k + 1));
    }
    require_levels(experiment.systems[k], k, results.samples);
  }
  if (results.job != describe(experiment)) {
    contradiction("its attributes of the job are");
  }
  if (results.samples.empty()) {
    return;
  }
  const auto realizations = results.samples.size();
  const bool in_number = realizations == experiment.realizations ||
                         (job.target_error > 0.0 && realizations < experiment.realizations);
  if (!in_number || results.first_realization != experiment.first_realization) {
    contradiction("the range of its realizations is");
  }
}

}  // namespace rmtheat::io
