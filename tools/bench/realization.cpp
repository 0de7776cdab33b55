// Times one realization against the diagonalization alone by ScaLAPACK's driver (pzheevd, pdsyevd),
// on the same ranks in the same run.
//
//   mpirun -np P bench_realization SIZE [REPETITIONS] [gue|goe] [TIMES]
//
// SIZE is the number of levels of each system, D = SIZE^2; all ranks form one group. The two are
// interleaved; medians and the median of the ratios are printed, the share of each phase of a
// realization, and the time of one with second moments over that without.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "rmtheat/dynamics/diagonalization/column_ring.hpp"
#include "rmtheat/dynamics/diagonalization/eigenbasis_sums.hpp"
#include "rmtheat/dynamics/diagonalization/hamiltonian.hpp"
#include "rmtheat/dynamics/product_basis.hpp"
#include "rmtheat/linalg/eigensolver/eigensolver.hpp"
#include "rmtheat/linalg/split_columns.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/planning/cost.hpp"
#include "rmtheat/planning/engine.hpp"
#include "rmtheat/support/blas.hpp"
#include "timing.hpp"

namespace {

using namespace rmtheat;  // NOLINT(google-build-using-namespace): a program, not a header
using bench::median;
using bench::seconds;

model::Experiment experiment_of(std::size_t size, const model::LawPointer& law, std::size_t times) {
  model::Experiment experiment;
  for (auto& system : experiment.systems) {
    system = {model::gaussian_density(1.0, 0.0), size, model::LevelPlacement::quantile, {}};
  }
  experiment.states = model::thermal_states({{1.0, 0.3}});
  experiment.coupling = law;
  experiment.strength = 0.3;
  for (std::size_t k = 0; k < times; ++k) {
    experiment.times.push_back(10.0 * static_cast<double>(k) / static_cast<double>(times - 1));
  }
  experiment.realizations = 1;
  return experiment;
}

/// The phases of a realization one by one, as the diagonalization engine goes through them.
template <class T>
class Phases {
 public:
  Phases(const parallel::Communicator& world, const model::Experiment& experiment)
      : world_(world),
        experiment_(experiment),
        layout_(layout_on(world, static_cast<std::int64_t>(experiment.dimension()))),
        solver_(layout_,
                world.size() == 1 ? linalg::Eigensolver::lapack : linalg::Eigensolver::scalapack),
        driver_(layout_, linalg::Eigensolver::scalapack, linalg::TridiagonalizationChoice::library),
        matrix_(layout_),
        vectors_(layout_),
        sums_(experiment.times, experiment.work_share()) {}

  void run(std::uint64_t realization, bool keep) {
    const auto levels = model::draw_levels(experiment_, realization);
    const auto coupling = model::draw_coupling(experiment_, realization);
    const auto energies = dynamics::system_energies(levels);
    const auto& state = *experiment_.states.front();
    const double beta = model::mean_beta(state.betas().value());
    const std::vector<dynamics::InitialOperator> initial = {
        {dynamics::initial_weights(levels, state), true},
        {dynamics::temperature_bias(levels, beta), false}};
    const std::array<double, 3> times = {
        seconds(world_,
                [&] {
                  dynamics::fill_hamiltonian(matrix_, experiment_.strength, *coupling, energies);
                }),
        seconds(world_, [&] { solver_.solve(matrix_, values_, vectors_); }), seconds(world_, [&] {
          sums_.reset(energies, initial, values_.back() - values_.front());
          linalg::split_columns(vectors_.local(), experiment_.dimension());
          std::vector<double> own;
          for (linalg::BlockCyclic::Index j = 0; j < layout_.local_columns(); ++j) {
            own.push_back(values_[layout_.global_column(linalg::LocalIndex(j)).offset()]);
          }
          dynamics::add_all_pairs(world_, dynamics::EigenColumns<T>{vectors_.local(), own},
                                  experiment_.dimension(), sums_, buffers_);
          world_.all_reduce(sums_.raw(), parallel::Reduction::sum);
        })};
    dynamics::fill_hamiltonian(matrix_, experiment_.strength, *coupling, energies);
    last_driver_ = seconds(world_, [&] { driver_.solve(matrix_, values_, vectors_); });
    for (std::size_t k = 0; keep && k < times.size(); ++k) {
      seconds_[k].push_back(times[k]);
    }
  }

  /// Seconds of ScaLAPACK's driver for the last realization's H.
  [[nodiscard]] double last_driver() const { return last_driver_; }
  [[nodiscard]] double median_diagonalization() const { return median(seconds_[1]); }

  void print() const {
    constexpr std::array names = {"drawing H", "diagonalization", "matrix elements and times"};
    const double total = median(seconds_[0]) + median(seconds_[1]) + median(seconds_[2]);
    for (std::size_t k = 0; k < names.size(); ++k) {
      fmt::print("  {}: {:.4g} s, {:.1f} %\n", names[k], median(seconds_[k]),
                 100.0 * median(seconds_[k]) / total);
    }
  }

 private:
  static linalg::BlockCyclic layout_on(const parallel::Communicator& world,
                                       std::int64_t dimension) {
    const auto grid = linalg::ProcessGrid::row_of_all(world);
    return {grid, dimension, dimension, linalg::default_block_size(dimension, grid)};
  }

  const parallel::Communicator& world_;
  const model::Experiment& experiment_;
  linalg::BlockCyclic layout_;
  linalg::HermitianEigensolver<T> solver_;
  linalg::HermitianEigensolver<T> driver_;
  linalg::DistributedMatrix<T> matrix_;
  linalg::DistributedMatrix<T> vectors_;
  std::vector<double> values_;
  dynamics::EigenbasisSums<T> sums_;
  dynamics::RingBuffers<T> buffers_;
  std::array<std::vector<double>, 3> seconds_;
  double last_driver_ = 0.0;
};

template <class T>
void measure(const parallel::Communicator& world, const model::Experiment& experiment,
             int repetitions) {
  const auto engine = planning::make_engine(experiment, world, {});
  auto with_statistics = experiment;
  with_statistics.with_statistics = true;
  const auto engine_of_moments = planning::make_engine(with_statistics, world, {});
  Phases<T> phases(world, experiment);
  std::vector<double> whole;
  std::vector<double> alone;
  std::vector<double> ratios;
  std::vector<double> whole_with_moments;
  std::vector<double> ratios_of_moments;
  for (int k = 0; k <= repetitions; ++k) {
    const auto realization = static_cast<std::uint64_t>(k);
    phases.run(realization, k > 0);  // the first round warms up
    const double all = seconds(world, [&] { engine->propagate(realization); });
    if (k > 0) {
      alone.push_back(phases.last_driver());
      whole.push_back(all);
      ratios.push_back(all / alone.back());
      whole_with_moments.push_back(
          seconds(world, [&] { engine_of_moments->propagate(realization); }));
      ratios_of_moments.push_back(whole_with_moments.back() / all);
    }
  }
  if (world.is_root()) {
    fmt::print(
        "D = {}, {} ranks, BLAS kernels {}, {} times: realization {:.4g} s, ScaLAPACK's driver "
        "alone {:.4g} s, "
        "ratio {:.3f} ({:.3f} to {:.3f})\n",
        experiment.dimension(), world.size(), blas::kernels(), experiment.times.size(),
        median(whole), median(alone), median(ratios), *std::ranges::min_element(ratios),
        *std::ranges::max_element(ratios));
    phases.print();
    fmt::print(
        "  with second moments: {:.3f} times the realization ({:.3f} to {:.3f}), fastest over "
        "fastest {:.3f}\n",
        median(ratios_of_moments), *std::ranges::min_element(ratios_of_moments),
        *std::ranges::max_element(ratios_of_moments),
        *std::ranges::min_element(whole_with_moments) / *std::ranges::min_element(whole));
    // A line for scaling.csv.
    fmt::print("csv: {},{},{},{:.1f},{:.4g},{:.4g}\n", std::is_same_v<T, double> ? "goe" : "gue",
               experiment.dimension(), world.size(), 1e-9 * planning::measure_zgemm_rate(),
               phases.median_diagonalization(), median(whole));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const parallel::Environment environment;
  const auto world = parallel::Environment::world();
  blas::set_threads(1);
  const std::size_t size = argc > 1 ? std::stoul(argv[1]) : 40;
  const int repetitions = argc > 2 ? std::stoi(argv[2]) : 3;
  const bool goe = argc > 3 && std::string(argv[3]) == "goe";
  const std::size_t times = argc > 4 ? std::stoul(argv[4]) : 201;
  if (goe) {
    measure<double>(world, experiment_of(size, model::gaussian_orthogonal(), times), repetitions);
  } else {
    measure<std::complex<double>>(world, experiment_of(size, model::gaussian_unitary(), times),
                                  repetitions);
  }
  return 0;
}
