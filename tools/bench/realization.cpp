// Times one realization against the diagonalization alone, on the same ranks in the same run.
//
//   mpirun -np P bench_realization SIZE [REPETITIONS] [gue|goe] [TIMES]
//
// SIZE is the number of levels of each system, D = SIZE^2; all ranks form one group. The two are
// interleaved; medians and the median of the ratios are printed.

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <mpi.h>

#include "rmtheat/dynamics/engine.hpp"
#include "rmtheat/linalg/blas.hpp"
#include "rmtheat/linalg/eigensolver.hpp"
#include "rmtheat/parallel/environment.hpp"

namespace {

using namespace rmtheat;  // NOLINT(google-build-using-namespace): a program, not a header

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

template <class F>
double seconds(const parallel::Communicator& world, F&& f) {
  world.barrier();
  const double start = MPI_Wtime();
  f();
  return world.max(MPI_Wtime() - start);
}

model::Experiment experiment_of(std::size_t size, model::CouplingEnsemble ensemble,
                                std::size_t times) {
  model::Experiment experiment;
  for (auto& system : experiment.systems) {
    system = {model::gaussian_density(1.0, 0.0), size, model::LevelPlacement::quantile, {}};
  }
  experiment.temperatures = {{1.0, 0.3}};
  experiment.ensemble = ensemble;
  experiment.strength = 0.3;
  for (std::size_t k = 0; k < times; ++k) {
    experiment.times.push_back(10.0 * static_cast<double>(k) / static_cast<double>(times - 1));
  }
  experiment.realizations = 1;
  return experiment;
}

template <class T>
void measure(const parallel::Communicator& world, const model::Experiment& experiment,
             int repetitions) {
  const auto engine = dynamics::make_engine(experiment, world, {});
  const auto dimension = static_cast<std::int64_t>(experiment.dimension());
  const auto grid = linalg::ProcessGrid::row_of_all(world);
  const linalg::BlockCyclic layout(grid, dimension, dimension,
                                   linalg::default_block_size(dimension, grid));
  linalg::HermitianEigensolver<T> solver(
      layout, world.size() == 1 ? linalg::Eigensolver::lapack : linalg::Eigensolver::scalapack);
  linalg::DistributedMatrix<T> matrix(layout);
  linalg::DistributedMatrix<T> vectors(layout);
  std::vector<double> values;
  const model::CouplingMatrix coupling(experiment.ensemble, experiment.dimension(), 1, 0);

  std::vector<double> whole;
  std::vector<double> alone;
  std::vector<double> ratios;
  for (int k = 0; k <= repetitions; ++k) {
    matrix.fill_lower([&](auto row, auto column) {
      const auto element =
          coupling.element(static_cast<std::size_t>(row), static_cast<std::size_t>(column));
      if constexpr (std::is_same_v<T, double>) {
        return element.real();
      } else {
        return element;
      }
    });
    const double solve = seconds(world, [&] { solver.solve(matrix, values, vectors); });
    const double realization =
        seconds(world, [&] { engine->propagate(static_cast<std::uint64_t>(k)); });
    if (k > 0) {  // the first round warms up
      alone.push_back(solve);
      whole.push_back(realization);
      ratios.push_back(realization / solve);
    }
  }
  if (world.is_root()) {
    fmt::print(
        "D = {}, {} ranks, {} times: realization {:.4g} s, diagonalization alone {:.4g} s, "
        "ratio {:.3f} ({:.3f} to {:.3f})\n",
        dimension, world.size(), experiment.times.size(), median(whole), median(alone),
        median(ratios), *std::ranges::min_element(ratios), *std::ranges::max_element(ratios));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const parallel::Environment environment;
  const auto world = parallel::Environment::world();
  linalg::set_blas_threads(1);
  const std::size_t size = argc > 1 ? std::stoul(argv[1]) : 40;
  const int repetitions = argc > 2 ? std::stoi(argv[2]) : 3;
  const bool goe = argc > 3 && std::string(argv[3]) == "goe";
  const std::size_t times = argc > 4 ? std::stoul(argv[4]) : 201;
  if (goe) {
    measure<double>(world, experiment_of(size, model::CouplingEnsemble::goe, times), repetitions);
  } else {
    measure<std::complex<double>>(world, experiment_of(size, model::CouplingEnsemble::gue, times),
                                  repetitions);
  }
  return 0;
}
