#pragma once

#include <cmath>
#include <cstdint>
#include <utility>

#include "rmtheat/io/results_file.hpp"
#include "rmtheat/model/observable/standard.hpp"

namespace rmtheat::io {

/// Curves of some observables whose values are all different and no short decimal fractions.
inline model::Curves example_curves(std::size_t pairs, std::size_t times, double offset) {
  model::Curves curves(pairs, times);
  for (const auto& [observable, number] :
       {std::pair(model::fields::energy_1, 0.0), std::pair(model::fields::heat_current, 5.0),
        std::pair(model::fields::conductance, 8.0)}) {
    double value = offset + number;
    for (double& target : curves.add(observable)) {
      target = std::sin(value += 0.37);
    }
  }
  return curves;
}

inline ensemble::Covariances example_covariances(std::size_t pairs, std::size_t times) {
  std::vector<double> values;
  for (std::size_t k = 0; k < pairs * times * times; ++k) {
    values.push_back(std::exp(-0.1 * static_cast<double>(k)));
  }
  return {{model::fields::energy_1, values}, {model::fields::heat_current, values}};
}

/// The job of the example, in which system 2 has the levels -+ sqrt(3)/2.
inline const char* example_job() {
  return R"([system1]
density = gaussian
size = 3
levels = iid
sigma = 1.1
mean = 0.1
beta = 1, 0.5
[system2]
density = uniform
size = 2
beta = 0.3, -0.1
[time]
end = 1
steps = 3
[ensemble]
first = 40
realizations = 3
)";
}

/// Two temperature pairs, four times, three realizations of which the second is missing; random
/// levels in system 1 (3), the same levels for all in system 2 (2).
inline Results example_results() {
  constexpr std::size_t pairs = 2;
  Results results;
  results.config = example_job();
  results.provenance = {"0.1.0", "0123abc", "2026-01-02T03:04:05Z", 4, "some MPI; some BLAS",
                        "node"};
  results.method = "lanczos, antithetic pairs";
  results.complete = false;
  results.times = {0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0};
  results.betas = {{1.0, 0.3}, {0.5, -0.1}};
  results.systems[0] = {"gaussian", {{"mean", 0.1}, {"sigma", 1.1}}, "iid", true, 3};
  results.systems[1] = {
      "uniform", {{"centre", 0.0}, {"half_width", std::sqrt(3.0)}}, "quantile", false, 2};
  results.job = {0.1, "full", model::gaussian_unitary()->parameters(), 1, 40, 3, 1.0, 3};
  results.work_share = 0.55;
  results.first_realization = 40;
  results.samples.resize(3);
  const double half = 0.5 * std::sqrt(3.0);
  for (const std::size_t r : {std::size_t{0}, std::size_t{2}}) {
    const auto shift = static_cast<double>(r);
    results.samples[r] = dynamics::Trajectory{{{{-1.0 + shift / 7.0, 0.25, 1.5}, {-half, half}}},
                                              example_curves(pairs, results.times.size(), shift)};
    results.samples[r]->raw = example_curves(pairs, results.times.size(), shift + 50.0);
    results.samples[r]->diagnostics = {{dynamics::Diagnostic::lanczos_vectors, 70.0 + shift},
                                       {dynamics::Diagnostic::lanczos_tail, 1e-11 / 3.0}};
  }
  results.statistics = ensemble::statistics_of(results.samples);
  results.control.assign(pairs, {{1.0, 0.75, 0.5, 0.25}, {1.0, 0.5, 0.25, 0.125}, {}});
  theory::Prediction lo;
  lo.curves = example_curves(pairs, results.times.size(), 30.0);
  lo.attributes = {{"plateau", {0.355, 0.211}}, {"error_estimate", {1e-9, 2e-9}}};
  theory::Prediction finite = lo;
  finite.left_out[model::fields::energy_1].assign(pairs * results.times.size(), 0.25);
  finite.residual_covariance = example_covariances(pairs, results.times.size());
  results.predictions = {{"large_n", {{"lo", lo}, {"nlo", lo}}}, {"finite_n", {{"lo", finite}}}};
  return results;
}

}  // namespace rmtheat::io
