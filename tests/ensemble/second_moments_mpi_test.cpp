#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "rmtheat/ensemble/predictions.hpp"
#include "rmtheat/model/observable/second_moments.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/planning/engine.hpp"
#include "support/statistics.hpp"

namespace rmtheat::ensemble {
namespace {

namespace fields = model::fields;

model::Experiment unlike_systems(const model::LawPointer& law) {
  model::Experiment experiment;
  experiment.systems[0] = {
      model::gaussian_density(1.0, 3.0), 7, model::LevelPlacement::quantile, {}};
  experiment.systems[1] = {model::gamma_density(2.0, 0.5), 5, model::LevelPlacement::quantile, {}};
  experiment.states = model::thermal_states({{1.0, 0.3}, {0.2, 0.8}});
  experiment.coupling = law;
  experiment.strength = 0.25;
  experiment.times = {0.0, 1.0, 2.5, 5.0};
  experiment.realizations = 600;
  experiment.fixed_work_share = 0.7;
  experiment.with_conductance = false;
  experiment.with_statistics = true;
  return experiment;
}

Samples simulated(const model::Experiment& experiment, dynamics::Method method) {
  dynamics::SolverOptions options;
  options.method = method;
  const auto world = parallel::Environment::world();
  const auto engine = planning::make_engine(experiment, world, options);
  Samples samples;
  for (std::uint64_t r = 0; r < experiment.realizations; ++r) {
    samples.emplace_back(engine->propagate(r));
  }
  return samples;
}

TEST(SecondMoments, OfEnsemblesAreThosePredicted) {
  for (const auto& law : {model::gaussian_unitary(), model::gaussian_orthogonal()}) {
    const auto experiment = unlike_systems(law);
    for (const auto method : {dynamics::Method::diagonalization, dynamics::Method::lanczos}) {
      const auto samples = simulated(experiment, method);
      const auto [mean, error] = [&] {
        const auto statistics = mean_and_error_of(samples);
        return std::pair(statistics.mean, statistics.standard_error);
      }();
      const auto planned = plan_predictions(experiment, samples.size());
      const auto predictions = predict_all(planned, experiment, levels_of(samples), samples);
      const auto& prediction = predictions.at("finite_n").at("resummed");
      for (const auto& row : model::second_moments()) {
        const auto expected = prediction.curves.values(row.field);
        const auto& left_out = prediction.left_out.at(row.field);
        for (std::size_t k = 0; k < expected.size(); ++k) {
          const double found = mean.values(row.field)[k];
          if (k % experiment.times.size() == 0) {
            EXPECT_NEAR(found, 0.0, 1e-12);
            continue;
          }
          EXPECT_GT(found, 0.0);
          EXPECT_NEAR(found, expected[k],
                      test::sigma_threshold * error.values(row.field)[k] + left_out[k])
              << law->name() << ", " << row.field.name << ", value " << k;
          EXPECT_LT(error.values(row.field)[k],
                    method == dynamics::Method::lanczos ? 0.2 * expected[k] : 0.05 * expected[k]);
        }
      }
    }
  }
}

// Var(sigma) >= 2 Sigma^2 / (e^Sigma - 1), as V and its transpose are equally likely.
TEST(SecondMoments, OfEntropyKeepTheBoundOfTheFluctuationTheorem) {
  const auto experiment = unlike_systems(model::gaussian_unitary());
  const auto statistics =
      mean_and_error_of(simulated(experiment, dynamics::Method::diagonalization));
  for (std::size_t k = 1; k < experiment.times.size(); ++k) {
    const auto at = [k](const model::Curves& curves, const model::Field& field) {
      return curves.curve(field, 0)[k];
    };
    const double sigma = at(statistics.mean, fields::entropy_production);
    const double variance =
        at(statistics.mean, fields::entropy_second_moment) - sigma * sigma +
        test::sigma_threshold * at(statistics.standard_error, fields::entropy_second_moment);
    EXPECT_GT(variance * std::expm1(sigma), 2.0 * sigma * sigma);
    EXPECT_LT(variance * std::expm1(sigma), 6.0 * sigma * sigma);
  }
}

}  // namespace
}  // namespace rmtheat::ensemble
