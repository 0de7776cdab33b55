#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dynamics/experiments.hpp"
#include "rmtheat/dynamics/engine.hpp"
#include "rmtheat/dynamics/product_basis.hpp"
#include "rmtheat/model/coupling/band.hpp"
#include "rmtheat/model/coupling/products.hpp"
#include "rmtheat/model/observable/second_moments.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/planning/control_coefficients.hpp"
#include "rmtheat/planning/diagonalization_plan.hpp"
#include "support/statistics.hpp"

namespace rmtheat::dynamics {
namespace {

using model::Experiment;
namespace fields = model::fields;

/// With coefficients of our own, so that what is subtracted is known.
std::unique_ptr<Engine> engine_of(const parallel::Communicator& world, const Experiment& experiment,
                                  NoiseReduction reduction, double coefficient) {
  auto plan = planning::plan_diagonalization(experiment.dimension(), world.size(), {});
  plan.noise_reduction = reduction;
  const std::vector<double> constant(experiment.times.size(), coefficient);
  plan.control.assign(experiment.states.size(), {constant, constant, constant, constant});
  return make_diagonalization_engine(experiment, world, plan);
}

/// 2 lambda^2 sum_ab p_a (|V_ab|^2 - E|V_ab|^2) (O_b - O_a) F(e_a - e_b), as it stands.
template <class F>
double second_order(const Experiment& experiment, std::uint64_t realization,
                    const Diagonal& weights, const Diagonal& observed, F function) {
  const auto levels = model::draw_levels(experiment, realization);
  const auto energies = system_energies(levels);
  const auto coupling = model::draw_coupling(experiment, realization);
  double sum = 0.0;
  for (std::size_t a = 0; a < weights.size(); ++a) {
    for (std::size_t b = 0; b < weights.size(); ++b) {
      const double excess =
          std::norm(coupling->element(a, b)) - experiment.coupling->second_moment(a, b, levels);
      const double w = energies[0][a] + energies[1][a] - energies[0][b] - energies[1][b];
      sum += weights[a] * excess * (observed[b] - observed[a]) * function(w);
    }
  }
  return 2.0 * experiment.strength * experiment.strength * sum;
}

double sine_over(double w, double t) { return std::abs(w) < 1e-9 ? t : std::sin(w * t) / w; }
double cosine_over(double w, double t) {
  return std::abs(w) < 1e-5 ? 0.5 * t * t : (1.0 - std::cos(w * t)) / (w * w);
}

// Levels of like systems: e_a = e_b for a = (i, j), b = (j, i), and others that nearly are.
TEST(ControlVariate, IsTheSecondOrderOfTheRealization) {
  const auto world = parallel::Environment::world();
  for (const auto& law :
       {model::gaussian_unitary(), model::gaussian_orthogonal(), model::random_products(2),
        model::gaussian_band(model::Family::unitary, 1.5, model::Profile::lorentzian)}) {
    for (const bool alike : {true, false}) {
      auto experiment = test::small_experiment(5, alike ? 5 : 4, law);
      if (alike) {
        for (auto& system : experiment.systems) {
          system.placement = model::LevelPlacement::quantile;
        }
        experiment.systems[1] = experiment.systems[0];
      }
      experiment.times = test::equal_steps(31, 0.3);
      experiment.with_statistics = true;
      constexpr std::uint64_t realization = 3;
      constexpr double coefficient = 0.7;
      const auto control = engine_of(world, experiment, NoiseReduction::control, coefficient);
      const auto trajectory = control->propagate(realization);
      const auto& levels = trajectory.levels;
      const auto& curves = trajectory.curves;
      const auto& raw = trajectory.raw;
      const auto energies = system_energies(levels);
      for (std::size_t pair = 0; pair < experiment.states.size(); ++pair) {
        const auto weights = initial_weights(levels, *experiment.states[pair]);
        for (const std::size_t t : {0U, 2U, 11U, 30U}) {
          const double time = experiment.times[t];
          SCOPED_TRACE(std::string(law->name()) + ", t = " + std::to_string(time));
          const auto subtracted = [&](const model::Field& field) {
            return raw.curve(field, pair)[t] - curves.curve(field, pair)[t];
          };
          const std::array currents = {fields::current_1, fields::current_2};
          for (std::size_t k = 0; k < 2; ++k) {
            const auto exact = [&](auto function) {
              return coefficient * second_order(experiment, realization, weights, energies[k],
                                                [&](double w) { return function(w, time); });
            };
            EXPECT_NEAR(subtracted(currents[k]), exact(sine_over), 1e-6);
            EXPECT_NEAR(subtracted(fields::energies[k]), exact(cosine_over), 1e-6);
            EXPECT_GT(t < 11 ? 1.0 : std::abs(exact(cosine_over)), 1e-5);
          }
          // W^2 is less the square of its value before, p W, from less p W^2.
          Diagonal sum(weights.size());
          std::ranges::transform(energies[0], energies[1], sum.begin(), std::plus<>());
          const auto part = [&](const Diagonal& initial, const Diagonal& observed) {
            return second_order(experiment, realization, initial, observed,
                                [&](double w) { return cosine_over(w, time); });
          };
          EXPECT_NEAR(subtracted(fields::work_second_moment),
                      coefficient * (part(weights, product(sum, sum)) -
                                     2.0 * part(product(weights, sum), sum)),
                      1e-6);
          const double beta = model::mean_beta(experiment.states[pair]->betas().value());
          const auto heat = [&](std::size_t k) {
            return second_order(experiment, realization, temperature_bias(levels, beta),
                                energies[k], [&](double w) { return sine_over(w, time); });
          };
          EXPECT_NEAR(subtracted(fields::conductance),
                      coefficient * beta * beta *
                          model::heat_current(experiment.work_share(), heat(0), heat(1)),
                      1e-6);
        }
      }
    }
  }
}

// Currents, heat and power, the energies and what is left of their sum, stay related.
TEST(ControlVariate, KeepsEveryIdentity) {
  const auto world = parallel::Environment::world();
  auto experiment = test::small_experiment(4, 6, model::gaussian_unitary());
  for (const auto reduction : {NoiseReduction::control, NoiseReduction::both}) {
    const auto curves = engine_of(world, experiment, reduction, 0.9)->propagate(1).curves;
    const double share = experiment.work_share();
    double total = 0.0;
    for (std::size_t t = 0; t < experiment.times.size(); ++t) {
      const auto at = [&](const model::Field& field) { return curves.curve(field, 0)[t]; };
      EXPECT_NEAR(at(fields::heat_current),
                  model::heat_current(share, at(fields::current_1), at(fields::current_2)), 1e-14);
      EXPECT_NEAR(at(fields::work_power), at(fields::current_1) + at(fields::current_2), 1e-14);
      const double sum =
          at(fields::energy_1) + at(fields::energy_2) + at(fields::interaction_energy);
      total = t == 0 ? sum : total;
      EXPECT_NEAR(sum, total, 1e-13);
    }
    EXPECT_NEAR(curves.curve(fields::interaction_energy, 0)[0], 0.0, 1e-13);
  }
}

TEST(ControlVariate, PairsAreTheMeanOfBothSignsAndRawIsTheFirst) {
  const auto world = parallel::Environment::world();
  auto experiment = test::small_experiment(4, 5, model::gaussian_unitary());
  experiment.with_statistics = true;
  const auto plus = engine_of(world, experiment, NoiseReduction::none, 0.0)->propagate(2);
  const auto pairs = engine_of(world, experiment, NoiseReduction::pairs, 0.0)->propagate(2);
  const auto control = engine_of(world, experiment, NoiseReduction::control, 0.8)->propagate(2);
  const auto both = engine_of(world, experiment, NoiseReduction::both, 0.8)->propagate(2);
  EXPECT_TRUE(plus.raw.fields().empty());
  for (const auto& field : plus.curves.fields()) {
    const auto raw = pairs.raw.values(field);
    EXPECT_TRUE(std::ranges::equal(raw, plus.curves.values(field))) << field.name;
    if (field == fields::interaction_energy) {
      continue;  // the first order of the total energy is subtracted as well
    }
    double largest = 0.0;
    for (std::size_t k = 0; k < raw.size(); ++k) {
      const double subtracted = raw[k] - control.curves.values(field)[k];
      EXPECT_NEAR(both.curves.values(field)[k], pairs.curves.values(field)[k] - subtracted, 1e-13)
          << field.name;
      largest = std::max(largest, std::abs(pairs.curves.values(field)[k] - raw[k]));
    }
    EXPECT_GT(largest, 1e-5) << field.name;
  }
}

// Its mean over V is 0 whatever the levels.
TEST(ControlVariate, HasNoMean) {
  const auto world = parallel::Environment::world();
  if (world.size() > 1) {
    GTEST_SKIP() << "ten thousand realizations, by one rank";
  }
  for (const auto& law :
       {model::gaussian_unitary(), model::gaussian_orthogonal(), model::random_products(1),
        model::gaussian_band(model::Family::orthogonal, 0.7, model::Profile::gaussian)}) {
    SCOPED_TRACE(law->name());
    auto experiment = test::small_experiment(3, 4, law);
    experiment.times = {0.0, 1.0, 3.0, 9.0};
    experiment.with_statistics = true;
    const auto engine = engine_of(world, experiment, NoiseReduction::control, 1.0);
    std::map<std::string, std::vector<std::vector<double>>> subtracted;
    for (std::uint64_t r = 0; r < 10000; ++r) {
      const auto trajectory = engine->propagate(r);
      for (const auto& field : trajectory.raw.fields()) {
        const auto before = trajectory.raw.curve(field, 0);
        const auto after = trajectory.curves.curve(field, 0);
        auto& samples = subtracted[field.name];
        samples.resize(before.size());
        for (std::size_t t = 0; t < before.size(); ++t) {
          samples[t].push_back(before[t] - after[t]);
        }
      }
    }
    for (const auto& [name, samples] : subtracted) {
      for (std::size_t t = 1; t < samples.size(); ++t) {
        const auto mean = test::mean_with_error(samples[t]);
        EXPECT_GT(mean.error, 0.0) << name;
        EXPECT_LT(mean.deviation(0.0), test::sigma_threshold) << name;
      }
    }
  }
}

}  // namespace
}  // namespace rmtheat::dynamics
