#include "results_consistency.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "hdf5.hpp"
#include "rmtheat/model/levels.hpp"

namespace rmtheat::io {

namespace {

using model::Curves;
using model::Field;
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

/// NaN, where one realization has no error, agrees with NaN.
void require_same(std::span<const double> found, std::span<const double> expected, double scale,
                  const std::string& what) {
  if (!std::ranges::equal(found, expected, [scale](double a, double b) {
        return std::abs(a - b) <= tolerance * scale || (std::isnan(a) && std::isnan(b));
      })) {
    throw hdf5::Failure(
        fmt::format("it contradicts itself: {} not that of its realizations", what));
  }
}

/// Largest modulus of a field in any of these curves.
double largest(const std::vector<const Curves*>& samples, const Field& field) {
  double result = 0.0;
  for (const Curves* curves : samples) {
    for (const double value : curves->values(field)) {
      result = std::max(result, std::abs(value));
    }
  }
  return result;
}

void require_moments(const Curves& mean, const Curves& error, const Curves& expected_mean,
                     const Curves& expected_error, const std::vector<const Curves*>& samples) {
  for (const Field& field : mean.fields()) {
    const double scale = largest(samples, field);
    require_same(mean.values(field), expected_mean.values(field), scale,
                 "the mean of " + field.name + " is");
    require_same(error.values(field), expected_error.values(field), scale,
                 "the error of " + field.name + " is");
  }
}

/// Numbers of both signs, the same each time, none of which is small.
std::vector<double> probe(std::size_t size) {
  std::vector<double> weights(size);
  for (std::size_t k = 0; k < size; ++k) {
    weights[k] = std::cos(1.7 * static_cast<double>(k * k)) > 0.0
                     ? 1.0 + 0.5 * std::sin(static_cast<double>(k))
                     : -1.0 - 0.5 * std::cos(static_cast<double>(k));
  }
  return weights;
}

/// A matrix is known by its product with a vector that does not suit it, which takes as long as
/// reading it: C w = sum_r d_r (d_r w) / (R (R - 1)) with the deviations d_r from the mean.
void require_covariance(const ensemble::Statistics& statistics,
                        const std::vector<const Curves*>& samples) {
  const auto count = static_cast<double>(samples.size());
  const std::size_t times = statistics.mean.times();
  const auto weights = probe(times);
  const auto product = [&weights](std::span<const double> row) {
    return std::inner_product(row.begin(), row.end(), weights.begin(), 0.0);
  };
  for (const auto& [field, covariance] : statistics.covariance) {
    if (!statistics.mean.has(field)) {
      throw hdf5::Failure(fmt::format("it has the covariance of {} without its mean", field.name));
    }
    for (std::size_t pair = 0; pair < statistics.mean.pairs() && count > 1.0; ++pair) {
      const auto mean = statistics.mean.curve(field, pair);
      std::vector<double> expected(times);
      std::vector<double> deviation(times);
      for (const Curves* curves : samples) {
        std::ranges::transform(curves->curve(field, pair), mean, deviation.begin(), std::minus());
        const double factor = product(deviation) / (count * (count - 1.0));
        for (std::size_t k = 0; k < times; ++k) {
          expected[k] += factor * deviation[k];
        }
      }
      std::vector<double> found;
      for (std::size_t k = 0; k < times; ++k) {
        found.push_back(product(std::span(covariance).subspan((pair * times + k) * times, times)));
      }
      const double scale = largest(samples, field);
      require_same(found, expected, static_cast<double>(times) * scale * scale,
                   "the covariance of " + field.name + " is");
    }
  }
}

}  // namespace

void require_statistics(const Results& results) {
  std::vector<const Curves*> curves;
  std::vector<const Curves*> raw;
  std::vector<const Curves*> distributions;
  for (const auto& sample : results.samples) {
    if (sample) {
      curves.push_back(&sample->curves);
      raw.push_back(&sample->raw);
      distributions.push_back(&sample->distributions);
    }
  }
  if (curves.empty()) {
    return;
  }
  const auto& found = results.statistics;
  const auto expected = ensemble::mean_and_error_of(results.samples);
  require_moments(found.mean, found.standard_error, expected.mean, expected.standard_error, curves);
  if (!raw.front()->fields().empty()) {
    require_moments(found.raw_mean, found.raw_standard_error, expected.raw_mean,
                    expected.raw_standard_error, raw);
  }
  require_moments(found.distributions, found.distributions_standard_error, expected.distributions,
                  expected.distributions_standard_error, distributions);
  require_covariance(found, curves);
}

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
