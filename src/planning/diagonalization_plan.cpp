#include "rmtheat/planning/diagonalization_plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "rmtheat/linalg/block_cyclic.hpp"

namespace rmtheat::planning {
namespace {

constexpr int widest_single_row = 8;

int default_grid_rows(int ranks, bool all_ranks) {
  if (ranks <= widest_single_row) {
    return 1;
  }
  const int idle_allowed = all_ranks ? 0 : ranks / 10;
  auto rows = static_cast<int>(std::sqrt(static_cast<double>(ranks)));
  while (ranks % rows > idle_allowed) {
    --rows;
  }
  return rows;
}

linalg::Eigensolver eigensolver_for(dynamics::EigensolverChoice choice, int ranks) {
  switch (choice) {
    case dynamics::EigensolverChoice::lapack:
      return linalg::Eigensolver::lapack;
    case dynamics::EigensolverChoice::scalapack:
      return linalg::Eigensolver::scalapack;
    case dynamics::EigensolverChoice::elpa:
      return linalg::Eigensolver::elpa;
    case dynamics::EigensolverChoice::automatic:
      break;
  }
  return ranks == 1 ? linalg::Eigensolver::lapack : linalg::Eigensolver::scalapack;
}

}  // namespace

dynamics::DiagonalizationPlan plan_diagonalization(std::size_t dimension, int ranks,
                                                   const dynamics::SolverOptions& options) {
  const auto wanted = eigensolver_for(options.eigensolver, ranks);
  linalg::MatrixShape shape;
  shape.dimension = static_cast<std::int64_t>(dimension);
  shape.grid_rows = options.grid_rows
                        ? std::min(static_cast<int>(*options.grid_rows), ranks)
                        : default_grid_rows(ranks, wanted == linalg::Eigensolver::elpa);
  shape.grid_columns = ranks / shape.grid_rows;
  shape.block_size = options.block_size ? static_cast<std::int64_t>(*options.block_size)
                                        : linalg::default_block_size(
                                              shape.dimension, shape.grid_rows, shape.grid_columns);
  return {shape, linalg::usable_eigensolver(wanted, shape), options.tridiagonalization};
}

}  // namespace rmtheat::planning
