#pragma once

#include <cstddef>
#include <optional>

namespace rmtheat::dynamics {

/// How one disorder realization is propagated.
enum class Method {
  diagonalization,  ///< all eigenvectors of H, all times from them
};

/// Which library diagonalizes H.
enum class EigensolverChoice {
  automatic,  ///< LAPACK for a group of one rank, ScaLAPACK for larger groups
  lapack,
  scalapack,
};

struct SolverOptions {
  Method method = Method::diagonalization;
  EigensolverChoice eigensolver = EigensolverChoice::automatic;
  std::optional<std::size_t> ranks_per_group;  ///< empty: chosen from memory and size
  std::optional<std::size_t> grid_rows;        ///< of the process grid; empty: by rule
  std::optional<std::size_t> block_size;       ///< of the block-cyclic distribution; empty: by rule
};

}  // namespace rmtheat::dynamics
