#include "rmtheat/ensemble/predictions.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "rmtheat/theory/all_orders.hpp"
#include "rmtheat/theory/kinetic.hpp"
#include "rmtheat/theory/leading_order.hpp"
#include "rmtheat/theory/next_to_leading_order.hpp"
#include "sample_format.hpp"

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

theory::Setting setting_for(const Experiment& experiment,
                            std::shared_ptr<const model::Spectrum> system_1,
                            std::shared_ptr<const model::Spectrum> system_2) {
  return {std::move(system_1), std::move(system_2), experiment.temperatures,
          experiment.strength, experiment.times,    experiment.work_share()};
}

Prediction predict_realization(const Formula& formula, const Experiment& experiment,
                               std::uint64_t realization) {
  const auto levels = model::draw_disorder(experiment, realization).levels;
  return formula.predict(setting_for(experiment, std::make_shared<model::WeightedLevels>(levels[0]),
                                     std::make_shared<model::WeightedLevels>(levels[1])));
}

/// The prediction of each realization, in their order; on the root, ranks sharing the work.
Samples predict_each(const Formula& formula, const Experiment& experiment,
                     const std::vector<std::uint64_t>& realizations, const Communicator* world) {
  auto with_conductance = experiment;
  with_conductance.with_conductance = true;
  const SampleFormat format(with_conductance);
  const auto ranks = world == nullptr ? 1 : static_cast<std::size_t>(world->size());
  const auto rank = world == nullptr ? 0 : static_cast<std::size_t>(world->rank());
  std::vector<double> rows;
  for (std::size_t k = rank; k < realizations.size(); k += ranks) {
    auto prediction = predict_realization(formula, experiment, realizations[k]);
    const auto row =
        format.pack({model::draw_disorder(experiment, realizations[k]).levels, prediction.curves});
    rows.insert(rows.end(), row.begin(), row.end());
  }
  const auto gathered =
      world == nullptr ? std::vector<std::vector<double>>{rows} : world->gather(rows);
  Samples predictions;
  if (rank == 0) {
    for (std::size_t k = 0; k < realizations.size(); ++k) {
      predictions.emplace_back(format.unpack(
          std::span(gathered[k % ranks]).subspan(k / ranks * format.length(), format.length())));
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
    Sample difference = *sample;
    for (const auto observable : difference.curves.present()) {
      const auto values = difference.curves.values(observable);
      const auto predicted = (*prediction)->curves.values(observable);
      for (std::size_t k = 0; k < values.size(); ++k) {
        values[k] -= predicted[k];
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
    const auto setting = setting_for(experiment, system_1.density, system_2.density);
    for (const auto& formula : formulas) {
      predictions.emplace(formula.name, formula.predict(setting));
    }
  }
  return predictions;
}

NamedPredictions finite_n_predictions(const Experiment& experiment,
                                      const std::vector<std::uint64_t>& realizations,
                                      const Samples& samples, const Communicator* world) {
  NamedPredictions predictions;
  const bool random_levels =
      experiment.systems[0].has_random_levels() || experiment.systems[1].has_random_levels();
  const bool root = world == nullptr || world->is_root();
  for (const auto& formula : formulas) {
    if (formula.needs_continuum) {
      continue;
    }
    if (!random_levels) {
      if (root) {
        predictions.emplace(formula.name,
                            predict_realization(formula, experiment, realizations.front()));
      }
      continue;
    }
    const auto each = predict_each(formula, experiment, realizations, world);
    if (root) {
      Prediction average{statistics_of(each).mean, {}, {}};
      if (!samples.empty()) {
        average.residual_covariance = statistics_of(residuals(samples, each)).covariance;
      }
      predictions.emplace(formula.name, std::move(average));
    }
  }
  return predictions;
}

}  // namespace rmtheat::ensemble
