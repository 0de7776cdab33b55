#include <cmath>
#include <complex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dynamics/pure_state_reference.hpp"
#include "rmtheat/dynamics/lanczos/random_state.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/planning/engine.hpp"
#include "support/statistics.hpp"

namespace rmtheat::dynamics {
namespace {

using model::Experiment;
using model::LevelPlacement;
namespace fields = model::fields;

constexpr std::size_t realizations = 1500;

Experiment experiment_of(std::size_t levels, const model::LawPointer& law) {
  Experiment experiment;
  experiment.systems[0] = {model::gaussian_density(1.0, 0.0), levels, LevelPlacement::quantile, {}};
  experiment.systems[1] = experiment.systems[0];
  experiment.states = model::thermal_states({{1.0, 0.3}});
  experiment.coupling = law;
  experiment.strength = 0.5;
  experiment.times = {0.0, 1.0, 6.0};
  experiment.seed = 20260622;
  experiment.with_conductance = false;
  return experiment;
}

/// E_1 at each time, one number per realization.
using Samples = std::vector<std::vector<double>>;

Samples sampled_coupling(const Experiment& experiment) {
  const auto world = parallel::Environment::world();
  SolverOptions options;
  options.method = Method::lanczos;
  const auto engine = planning::make_engine(experiment, world, options);
  Samples samples(experiment.times.size());
  for (std::size_t r = 0; r < realizations; ++r) {
    const auto curves = engine->propagate(r).curves;
    for (std::size_t t = 0; t < samples.size(); ++t) {
      samples[t].push_back(curves.curve(fields::energy_1, 0)[t]);
    }
  }
  return samples;
}

/// The same with matrices drawn in full, from other random numbers.
Samples drawn_coupling(Experiment experiment) {
  experiment.seed += 1;
  Samples samples(experiment.times.size());
  for (std::size_t r = 0; r < realizations; ++r) {
    const auto levels = model::draw_levels(experiment, r);
    const auto weights = initial_weights(levels, *experiment.states[0]);
    const RowRange all{0, weights.size()};
    const PhiloxStream random(experiment.seed, r, Stream::state);
    test::PureStateReference::Vector state;
    if (experiment.coupling == model::gaussian_unitary()) {
      state = random_phase_state<std::complex<double>>(weights, all, random, 0);
    } else {
      const auto real = random_phase_state<double>(weights, all, random, 0);
      state.assign(real.begin(), real.end());
    }
    const auto averages = test::PureStateReference(experiment, r).averages(state, experiment.times);
    for (std::size_t t = 0; t < samples.size(); ++t) {
      samples[t].push_back(averages[t].energy[0]);
    }
  }
  return samples;
}

std::vector<double> squared_deviations(std::vector<double> sample) {
  const double mean = test::mean_with_error(sample).mean;
  for (double& value : sample) {
    value = (value - mean) * (value - mean);
  }
  return sample;
}

/// Difference of two sample means in standard errors.
double distance(const std::vector<double>& left, const std::vector<double>& right) {
  const auto a = test::mean_with_error(left);
  const auto b = test::mean_with_error(right);
  return std::abs(a.mean - b.mean) / std::hypot(a.error, b.error);
}

void expect_same_law(std::size_t levels, const model::LawPointer& law) {
  const auto experiment = experiment_of(levels, law);
  const auto sampled = sampled_coupling(experiment);
  const auto drawn = drawn_coupling(experiment);
  for (std::size_t t = 1; t < experiment.times.size(); ++t) {
    SCOPED_TRACE("D = " + std::to_string(experiment.dimension()) +
                 ", t = " + std::to_string(experiment.times[t]));
    EXPECT_LT(distance(sampled[t], drawn[t]), test::sigma_threshold);
    EXPECT_LT(distance(squared_deviations(sampled[t]), squared_deviations(drawn[t])),
              test::sigma_threshold);
    // Two samples of n: as far apart as one of n/2 from its distribution function.
    EXPECT_LT(test::ks_distance(sampled[t], drawn[t]),
              test::ks_threshold(static_cast<double>(realizations) / 2.0));
  }
}

TEST(LanczosLaw, SampledUnitaryCouplingIsEqualInLaw) {
  for (const std::size_t levels : {4U, 6U, 8U}) {
    expect_same_law(levels, model::gaussian_unitary());
  }
}

TEST(LanczosLaw, SampledOrthogonalCouplingIsEqualInLaw) {
  for (const std::size_t levels : {4U, 6U, 8U}) {
    expect_same_law(levels, model::gaussian_orthogonal());
  }
}

std::vector<model::Curves> ensemble_of(const Experiment& experiment, const SolverOptions& options,
                                       std::size_t size) {
  const auto world = parallel::Environment::world();
  const auto engine = planning::make_engine(experiment, world, options);
  std::vector<model::Curves> curves;
  for (std::size_t r = 0; r < size; ++r) {
    curves.push_back(engine->propagate(r).curves);
  }
  return curves;
}

std::vector<double> at(const std::vector<model::Curves>& all, const model::Field& observable,
                       std::size_t t) {
  std::vector<double> sample;
  for (const auto& curves : all) {
    sample.push_back(curves.curve(observable, 0)[t]);
  }
  return sample;
}

// Random phases and sampled couplings average to the thermal state's evolution, every observable,
// alone and in pairs.
TEST(LanczosLaw, MeanIsThatOfDiagonalization) {
  for (const auto& law : {model::gaussian_unitary(), model::gaussian_orthogonal()}) {
    auto experiment = experiment_of(4, law);
    experiment.with_conductance = true;
    experiment.with_statistics = true;
    SolverOptions options;
    const auto exact = ensemble_of(experiment, options, realizations);
    options.method = Method::lanczos;
    for (const auto noise_reduction : {NoiseReduction::none, NoiseReduction::pairs}) {
      options.noise_reduction = noise_reduction;
      const auto estimated = ensemble_of(experiment, options, realizations);
      for (const auto& observable : exact.front().fields()) {
        for (std::size_t t = 1; t < experiment.times.size(); ++t) {
          EXPECT_LT(distance(at(estimated, observable, t), at(exact, observable, t)),
                    test::sigma_threshold)
              << observable.name << " at t = " << experiment.times[t];
        }
      }
    }
  }
}

// The scatter of a pair is of second order in the coupling, that of a single chain of first order:
// of an antithetic one as of V and -V.
TEST(LanczosLaw, PairsScatterLess) {
  for (const auto& law : {model::gaussian_unitary(), model::gaussian_orthogonal()}) {
    auto experiment = experiment_of(16, law);
    const auto error = [&](double strength, NoiseReduction noise_reduction,
                           CouplingStorage coupling = CouplingStorage::sampled) {
      experiment.strength = strength;
      SolverOptions options;
      options.method = Method::lanczos;
      options.noise_reduction = noise_reduction;
      options.coupling = coupling;
      const auto curves = ensemble_of(experiment, options, 60);
      return test::mean_with_error(at(curves, fields::energy_1, 2)).error;
    };
    const double single = error(0.02, NoiseReduction::none);
    const double pair = error(0.02, NoiseReduction::pairs);
    EXPECT_LT(pair, 0.2 * single);
    EXPECT_NEAR(std::log2(error(0.04, NoiseReduction::none) / single), 1.0, 0.7);
    EXPECT_NEAR(std::log2(error(0.04, NoiseReduction::pairs) / pair), 2.0, 0.7);
    const double opposite = error(0.02, NoiseReduction::pairs, CouplingStorage::stored);
    EXPECT_LT(opposite, 0.2 * single);
    EXPECT_NEAR(std::log2(error(0.04, NoiseReduction::pairs, CouplingStorage::stored) / opposite),
                2.0, 0.7);
  }
}

}  // namespace
}  // namespace rmtheat::dynamics
