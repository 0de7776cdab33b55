#include "rmtheat/planning/cost.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <vector>

#include "panel_counts.hpp"
#include "rmtheat/dynamics/diagonalization/time_nodes.hpp"
#include "rmtheat/planning/diagonalization_plan.hpp"
#include "rmtheat/planning/memory.hpp"
#include "rmtheat/support/blas.hpp"

namespace rmtheat::planning {
namespace {

/// Constants of one element type. A pair of numbers multiplied and added counts as 2 operations for
/// real and 8 for complex elements.
struct Constants {
  double solving_cubic;     ///< c
  double solving_square;    ///< c'
  double evolving_product;  ///< e
  double evolving_square;   ///< e'
};

// Fitted by tools/bench/fit_scaling.py to tools/bench/scaling.csv: a two-core AMD EPYC machine,
// OpenBLAS 0.3.21 with kernels for AVX-512, ScaLAPACK 2.2.1, 23 November 2026.
constexpr Constants complex_constants{18.3, 5820.0, 0.889, 2860.0};
constexpr Constants real_constants{6.72, 3070.0, 1.08, 1370.0};
constexpr double solving_exponent = 0.74;  ///< a

/// The fit is to our own steps, and for real matrices on one rank to dsyevd. The library's drivers
/// in their place took as much longer in bench_realization.
template <linalg::Scalar T>
double driver_factor(const dynamics::DiagonalizationPlan& plan) {
  const auto in_steps = [&plan](linalg::TridiagonalizationChoice choice) {
    return linalg::solves_in_steps<T>(plan.shape, plan.eigensolver, choice);
  };
  const bool could_be = plan.eigensolver == linalg::Eigensolver::scalapack ||
                        in_steps(linalg::TridiagonalizationChoice::automatic);
  return could_be && !in_steps(plan.tridiagonalization) ? 1.3 : 1.0;
}

// Of the Lanczos method, on a machine of that kind (tools/bench/run lanczos, 23 November 2026):
// seconds per complex element of the basis for each new vector, and vectors that cost as much as
// drawing one of the coupling and projecting the energies on it.
constexpr double lanczos_element = 0.85e-9;
constexpr double lanczos_drawing = 30.0;

double evolution_operations(const model::Experiment& experiment) {
  const bool real = experiment.coupling->is_real();
  const auto dimension = static_cast<double>(experiment.dimension());
  const auto nodes = static_cast<double>(
      dynamics::TimeNodes::node_count(experiment.times, 2.0 * expected_half_width(experiment)));
  // Half of all pairs of eigenvectors.
  const double elements = 0.5 * dimension * dimension;
  const auto [applied, following, curves] = panel_counts(experiment);
  constexpr double of_following = 0.25;  // measured
  const double operators = applied + of_following * following;
  // e^(-iHt) of all product states.
  const double populations = (real ? 4.0 : 8.0) * dimension * dimension * dimension *
                             static_cast<double>(experiment.distribution_times.size());
  return populations + elements * (real ? 2.0 * operators * dimension + 4.0 * curves * nodes
                                        : 8.0 * operators * dimension + 8.0 * curves * nodes);
}

}  // namespace

RealizationCost realization_cost(const model::Experiment& experiment,
                                 const dynamics::SolverOptions& options, int ranks,
                                 double zgemm_rate) {
  const bool real = experiment.coupling->is_real();
  const auto dimension = static_cast<double>(experiment.dimension());
  const double share = 1.0 / ranks;
  if (options.method == dynamics::Method::lanczos) {
    const double vectors = expected_lanczos_vectors(experiment);
    const double chains =
        static_cast<double>(experiment.states.size()) *
        ((experiment.with_conductance ? 3.0 : 1.0) + (experiment.with_statistics ? 4.0 : 0.0)) *
        (options.noise_reduction == dynamics::NoiseReduction::pairs ? 2.0 : 1.0);
    const double element = real ? 0.5 * lanczos_element : lanczos_element;
    const double growing = element * dimension * (vectors + lanczos_drawing);
    const double multiplying = (real ? 2.0 : 8.0) / zgemm_rate *
                               experiment.coupling->product_operations(
                                   {experiment.systems[0].size, experiment.systems[1].size});
    return {chains * vectors * (growing + multiplying) * share, 0.0};
  }
  const auto& constants = real ? real_constants : complex_constants;
  const double square = dimension * dimension;
  const auto plan = plan_diagonalization(experiment.dimension(), ranks, options);
  const double solving =
      (constants.solving_cubic * dimension + constants.solving_square) * square *
      std::pow(share, solving_exponent) *
      (real ? driver_factor<double>(plan) : driver_factor<std::complex<double>>(plan));
  const double evolving = (constants.evolving_product * evolution_operations(experiment) +
                           constants.evolving_square * square) *
                          share;
  const double solutions = has_pairs(options.noise_reduction) ? 2.0 : 1.0;
  return {solutions * solving / zgemm_rate, solutions * evolving / zgemm_rate};
}

double measure_zgemm_rate() {
  using Clock = std::chrono::steady_clock;
  constexpr std::int64_t size = 512;
  constexpr double operations = 8.0 * size * size * size;
  constexpr int repetitions = 5;
  const std::vector<std::complex<double>> factor(size * size, {0.5, 0.25});
  std::vector<std::complex<double>> product(factor.size());
  double best = std::numeric_limits<double>::infinity();
  for (int k = 0; k < repetitions; ++k) {
    const auto start = Clock::now();
    blas::gemm(blas::Operation::none, blas::Operation::none, size, size, size, 1.0, factor.data(),
               size, factor.data(), size, 0.0, product.data(), size);
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return operations / best;
}

}  // namespace rmtheat::planning
