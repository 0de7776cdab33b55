#include "rmtheat/ensemble/predictions.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rmtheat/model/observable/distribution.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/theory/energy_distribution.hpp"
#include "rmtheat/theory/finite_size.hpp"
#include "trajectory_format.hpp"

namespace rmtheat::ensemble {
namespace {

using model::Experiment;
using parallel::Communicator;
using theory::Formula;
using theory::Prediction;

constexpr std::string_view continuum_family = "large_n";
constexpr std::string_view levels_family = "finite_n";

theory::Setting setting_for(const Experiment& experiment, const Levels::value_type& levels) {
  return theory::setting_for(experiment, {std::make_shared<model::WeightedLevels>(levels[0]),
                                          std::make_shared<model::WeightedLevels>(levels[1])});
}

theory::Setting continuum_setting(const Experiment& experiment) {
  return theory::setting_for(experiment,
                             {experiment.systems[0].density, experiment.systems[1].density});
}

/// Why none of a family exists for the experiment, or this formula does not; else empty.
std::string obstacle(const Experiment& experiment, const Formula& formula, bool continuum) {
  if (std::ranges::any_of(experiment.states,
                          [](const auto& state) { return !state->betas().has_value(); })) {
    return "An initial state is not thermal.";
  }
  if (!experiment.coupling->predicts(formula.name)) {
    return fmt::format("It does not exist for a coupling of the {}.", experiment.coupling->name());
  }
  if (continuum && !(experiment.systems[0].density && experiment.systems[1].density)) {
    return "Levels read from a file have no density of states.";
  }
  return {};
}

Prediction predict_realization(const Formula& formula, const Experiment& experiment,
                               const Levels::value_type& levels) {
  const auto [energies, means] = model::centred(levels);
  const auto setting = setting_for(experiment, energies);
  auto prediction = formula.predict(setting);
  if (formula.corrected_by != nullptr) {
    theory::add_finite_size_correction(prediction, setting, *experiment.coupling,
                                       experiment.dimension(), formula.corrected_by);
  }
  for (std::size_t system = 0; system < 2; ++system) {
    if (prediction.curves.has(model::fields::energies[system])) {
      std::ranges::for_each(prediction.curves.values(model::fields::energies[system]),
                            [offset = means[system]](double& energy) { energy += offset; });
    }
  }
  return prediction;
}

/// Whether distributions belong to a formula's predictions.
bool distributes(const Formula& formula, const Experiment& experiment) {
  return formula.distributes && !experiment.distribution_times.empty() &&
         experiment.coupling->is_invariant();
}

theory::BinEdges bin_edges(const Experiment& experiment) {
  return {model::energy_bins(experiment, 0).edges, model::energy_bins(experiment, 1).edges};
}

/// Where that is too much the prediction has no distributions.
theory::Plan cost_of_distributions(const theory::Setting& setting, const Experiment& experiment,
                                   bool continuum) {
  const auto& times = experiment.distribution_times;
  return continuum ? theory::energy_distributions_cost(setting, times, bin_edges(experiment))
                   : theory::energy_distributions_cost(setting, times);
}

theory::EnergyDistributions distributions_of_levels(const Experiment& experiment,
                                                    const Levels::value_type& levels) {
  const auto& times = experiment.distribution_times;
  theory::BinOfLevel bin_of_level;
  std::array<std::size_t, 2> bins{};
  for (std::size_t k = 0; k < 2; ++k) {
    const auto of_system = model::energy_bins(experiment, k);
    bin_of_level[k] = model::bins_of_levels(of_system, levels[k]);
    bins[k] = of_system.count;
  }
  const auto energies = model::centred(levels).levels;
  return theory::energy_distributions(setting_for(experiment, energies), times, bin_of_level, bins);
}

model::Curves curves_of(const Experiment& experiment,
                        const theory::EnergyDistributions& distributions) {
  model::Curves curves(experiment.states.size(), experiment.distribution_times.size());
  const auto fields = model::distribution_fields(experiment);
  for (std::size_t k = 0; k < fields.size(); ++k) {
    std::ranges::copy(distributions[k], curves.add(fields[k]).begin());
  }
  return curves;
}

/// The mean over these levels, ranks sharing the work.
model::Curves distributions_of_each(const Experiment& experiment, const Levels& levels,
                                    const Communicator* world) {
  const auto ranks = world == nullptr ? 1 : static_cast<std::size_t>(world->size());
  const auto rank = world == nullptr ? 0 : static_cast<std::size_t>(world->rank());
  auto mean = curves_of(experiment, {});
  for (std::size_t k = rank; k < levels.size(); k += ranks) {
    const auto one = curves_of(experiment, distributions_of_levels(experiment, levels[k]));
    for (const auto& field : one.fields()) {
      std::ranges::transform(mean.values(field), one.values(field), mean.values(field).begin(),
                             [&](double sum, double value) {
                               return sum + value / static_cast<double>(levels.size());
                             });
    }
  }
  for (const auto& field : mean.fields()) {
    if (world != nullptr) {
      world->all_reduce(mean.values(field), parallel::Reduction::sum);
    }
  }
  return mean;
}

/// The predictions of all realizations.
struct Each {
  Samples samples;                                        ///< in their order
  std::map<std::string, std::vector<double>> attributes;  ///< finite_size_correction, the mean
  std::string description;
};

/// On the root, ranks sharing the work.
Each predict_each(const Formula& formula, const Experiment& experiment, const Levels& levels,
                  const Communicator* world) {
  const auto ranks = world == nullptr ? 1 : static_cast<std::size_t>(world->size());
  const auto rank = world == nullptr ? 0 : static_cast<std::size_t>(world->rank());
  const std::string correction = "finite_size_correction";
  bool corrected = false;
  std::optional<CurvesFormat> format;
  Each predictions;
  std::vector<double> rows;
  for (std::size_t k = rank; k < levels.size(); k += ranks) {
    const auto prediction = predict_realization(formula, experiment, levels[k]);
    const auto& curves = prediction.curves;
    predictions.description = prediction.description;
    if (!format) {
      format.emplace(curves.fields(), curves.pairs(), curves.times());
    }
    format->pack(curves, rows);
    const auto found = prediction.attributes.find(correction);
    corrected = found != prediction.attributes.end();
    const auto sizes = corrected ? found->second : std::vector<double>(curves.pairs());
    rows.insert(rows.end(), sizes.begin(), sizes.end());
  }
  const auto gathered =
      world == nullptr ? std::vector<std::vector<double>>{rows} : world->gather(rows);
  if (rank == 0) {
    const std::size_t pairs = experiment.states.size();
    const std::size_t length = format->length();
    std::vector<double> mean(pairs);
    for (std::size_t k = 0; k < levels.size(); ++k) {
      const auto row =
          std::span(gathered[k % ranks]).subspan(k / ranks * (length + pairs), length + pairs);
      predictions.samples.emplace_back(
          dynamics::Trajectory{levels[k], format->unpack(row.first(length))});
      for (std::size_t pair = 0; pair < pairs; ++pair) {
        mean[pair] += row[length + pair] / static_cast<double>(levels.size());
      }
    }
    if (corrected) {
      predictions.attributes.emplace(correction, std::move(mean));
    }
  }
  return predictions;
}

/// Realization minus its own prediction.
Samples residuals(const Samples& samples, const Samples& predictions) {
  Samples differences;
  auto prediction = predictions.begin();
  for (const auto& sample : samples) {
    if (!sample) {
      continue;
    }
    auto difference = *sample;
    const auto& predicted = (*prediction)->curves;
    difference.raw = {};
    difference.distributions = {};
    difference.curves = model::Curves(predicted.pairs(), predicted.times());
    for (const auto& field : sample->curves.fields()) {
      if (predicted.has(field)) {
        std::ranges::transform(sample->curves.values(field), predicted.values(field),
                               difference.curves.add(field).begin(), std::minus());
      }
    }
    differences.emplace_back(std::move(difference));
    ++prediction;
  }
  return differences;
}

}  // namespace

Levels levels_of(const Samples& samples) {
  Levels levels;
  for (const auto& sample : samples) {
    if (sample) {
      levels.push_back(sample->levels);
    }
  }
  return levels;
}

std::string PlannedPrediction::name() const { return fmt::format("{}/{}", family, formula->name); }

std::vector<PlannedPrediction> candidate_predictions() {
  std::vector<PlannedPrediction> candidates;
  for (const auto family : {continuum_family, levels_family}) {
    for (const auto& formula : theory::formulas()) {
      if (!formula.needs_continuum || family == continuum_family) {
        candidates.push_back({std::string(family), &formula, {}});
      }
    }
  }
  return candidates;
}

void plan(std::vector<PlannedPrediction>& candidates, const Experiment& experiment,
          std::size_t realizations) {
  const auto levels = model::draw_levels(experiment, experiment.first_realization);
  const double times = experiment.has_random_levels() ? static_cast<double>(realizations) : 1.0;
  for (auto& [family, formula, plan] : candidates) {
    const bool continuum = family == continuum_family;
    plan = {0.0, 0.0, obstacle(experiment, *formula, continuum)};
    if (plan.feasible()) {
      const auto setting =
          continuum ? continuum_setting(experiment) : setting_for(experiment, levels);
      plan = formula->plan(setting);
      if (!continuum && plan.feasible() && formula->corrected_by != nullptr) {
        const auto correction = theory::finite_size_correction_cost(setting, *experiment.coupling,
                                                                    formula->correction_plan);
        plan.operations += correction.operations;
        plan.memory = std::max(plan.memory, correction.memory);
      }
      if (plan.feasible() && distributes(*formula, experiment)) {
        const auto more = cost_of_distributions(setting, experiment, continuum);
        plan.operations += more.feasible() ? more.operations : 0.0;
        plan.memory = std::max(plan.memory, more.feasible() ? more.memory : 0.0);
      }
    }
    plan.operations *= continuum ? 1.0 : times;
  }
}

std::vector<PlannedPrediction> plan_predictions(const Experiment& experiment,
                                                std::size_t realizations) {
  auto planned = candidate_predictions();
  plan(planned, experiment, realizations);
  return planned;
}

Prediction predict(const PlannedPrediction& planned, const Experiment& experiment,
                   const Levels& levels, const Samples& samples, const Communicator* world) {
  const bool root = world == nullptr || world->is_root();
  const auto& formula = *planned.formula;
  Prediction prediction;
  if (planned.family == continuum_family) {
    if (root) {
      const auto setting = continuum_setting(experiment);
      prediction = formula.predict(setting);
      if (distributes(formula, experiment) &&
          cost_of_distributions(setting, experiment, true).feasible()) {
        prediction.distributions = curves_of(
            experiment, theory::energy_distributions(setting, experiment.distribution_times,
                                                     bin_edges(experiment)));
      }
    }
    return prediction;
  }
  if (experiment.has_random_levels()) {
    auto [each, corrections, description] = predict_each(formula, experiment, levels, world);
    if (root) {
      prediction.curves = statistics_of(each).mean;
      prediction.attributes = std::move(corrections);
      prediction.description = std::move(description);
      if (!samples.empty()) {
        prediction.residual_covariance = statistics_of(residuals(samples, each)).covariance;
      }
    }
  } else if (root) {
    prediction = predict_realization(formula, experiment, levels.front());
  }
  if (distributes(formula, experiment)) {
    if (experiment.has_random_levels()) {
      prediction.distributions = distributions_of_each(experiment, levels, world);
    } else if (root) {
      prediction.distributions =
          curves_of(experiment, distributions_of_levels(experiment, levels.front()));
    }
  }
  if (root && formula.corrected_by != nullptr) {
    prediction.left_out =
        theory::finite_size_left_out(prediction.curves, experiment.times, experiment.strength,
                                     *experiment.coupling, experiment.dimension());
  }
  return prediction;
}

Predictions predict_all(const std::vector<PlannedPrediction>& planned, const Experiment& experiment,
                        const Levels& levels, const Samples& samples) {
  Predictions predictions;
  for (const auto& each : planned) {
    if (each.plan.feasible()) {
      predictions[each.family].emplace(each.formula->name,
                                       predict(each, experiment, levels, samples, nullptr));
    }
  }
  return predictions;
}

std::string left_out(const std::vector<PlannedPrediction>& planned) {
  std::vector<std::string> lines;
  for (const auto& each : planned) {
    if (!each.plan.feasible()) {
      lines.push_back(fmt::format("{}: {}", each.name(), each.plan.obstacle));
    }
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace rmtheat::ensemble
