#include "rmtheat/ensemble/predictions.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "rmtheat/theory/all_orders.hpp"
#include "rmtheat/theory/kinetic.hpp"
#include "rmtheat/theory/leading_order.hpp"
#include "rmtheat/theory/next_to_leading_order.hpp"
#include "trajectory_format.hpp"

namespace rmtheat::ensemble {
namespace {

using model::Experiment;
using parallel::Communicator;
using theory::Prediction;

struct Formula {
  std::string_view name;
  Prediction (*predict)(const theory::Setting&);
  bool needs_continuum;
};

constexpr std::array formulas = {
    Formula{"lo", theory::leading_order, false},
    Formula{"nlo", theory::next_to_leading_order, false},
    Formula{"resummed", theory::resummed, false},
    Formula{"kinetic", theory::kinetic, true},
};

using Pair = std::array<std::shared_ptr<const model::Spectrum>, 2>;

theory::Setting setting_for(const Experiment& experiment, Pair systems) {
  std::vector<model::Betas> betas;
  for (const auto& state : experiment.states) {
    betas.push_back(state->betas().value());
  }
  return {std::move(systems), std::move(betas), experiment.strength, experiment.times,
          experiment.work_share()};
}

/// The formulas of predictions that exist for the experiment: none unless its states are thermal.
std::vector<Formula> formulas_for(const Experiment& experiment, bool continuum) {
  std::vector<Formula> applicable;
  if (std::ranges::all_of(experiment.states,
                          [](const auto& state) { return state->betas().has_value(); })) {
    std::ranges::copy_if(formulas, std::back_inserter(applicable), [&](const Formula& formula) {
      return experiment.coupling->predicts(formula.name) && (continuum || !formula.needs_continuum);
    });
  }
  return applicable;
}

Prediction predict_realization(const Formula& formula, const Experiment& experiment,
                               const Levels::value_type& levels) {
  return formula.predict(
      setting_for(experiment, {std::make_shared<model::WeightedLevels>(levels[0]),
                               std::make_shared<model::WeightedLevels>(levels[1])}));
}

/// The prediction of each realization, in their order; on the root, ranks sharing the work.
Samples predict_each(const Formula& formula, const Experiment& experiment, const Levels& levels,
                     const Communicator* world) {
  const auto ranks = world == nullptr ? 1 : static_cast<std::size_t>(world->size());
  const auto rank = world == nullptr ? 0 : static_cast<std::size_t>(world->rank());
  std::optional<CurvesFormat> format;
  std::vector<double> rows;
  for (std::size_t k = rank; k < levels.size(); k += ranks) {
    const auto curves = predict_realization(formula, experiment, levels[k]).curves;
    if (!format) {
      format.emplace(curves.fields(), curves.pairs(), curves.times());
    }
    format->pack(curves, rows);
  }
  const auto gathered =
      world == nullptr ? std::vector<std::vector<double>>{rows} : world->gather(rows);
  Samples predictions;
  if (rank == 0) {
    const std::size_t length = format->length();
    for (std::size_t k = 0; k < levels.size(); ++k) {
      predictions.emplace_back(dynamics::Trajectory{
          levels[k],
          format->unpack(std::span(gathered[k % ranks]).subspan(k / ranks * length, length))});
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

NamedPredictions large_n_predictions(const Experiment& experiment) {
  NamedPredictions predictions;
  const auto& [system_1, system_2] = experiment.systems;
  if (system_1.density && system_2.density) {
    for (const auto& formula : formulas_for(experiment, true)) {
      predictions.emplace(formula.name, formula.predict(setting_for(
                                            experiment, {system_1.density, system_2.density})));
    }
  }
  return predictions;
}

NamedPredictions finite_n_predictions(const Experiment& experiment, const Levels& levels,
                                      const Samples& samples, const Communicator* world) {
  NamedPredictions predictions;
  const bool random_levels =
      experiment.systems[0].has_random_levels() || experiment.systems[1].has_random_levels();
  const bool root = world == nullptr || world->is_root();
  for (const auto& formula : formulas_for(experiment, false)) {
    if (!random_levels) {
      if (root) {
        predictions.emplace(formula.name, predict_realization(formula, experiment, levels.front()));
      }
      continue;
    }
    const auto each = predict_each(formula, experiment, levels, world);
    if (root) {
      Prediction average{statistics_of(each).mean, {}, {}, {}};
      if (!samples.empty()) {
        average.residual_covariance = statistics_of(residuals(samples, each)).covariance;
      }
      predictions.emplace(formula.name, std::move(average));
    }
  }
  return predictions;
}

Levels levels_of(const Samples& samples) {
  Levels levels;
  for (const auto& sample : samples) {
    if (sample) {
      levels.push_back(sample->levels);
    }
  }
  return levels;
}

}  // namespace rmtheat::ensemble
