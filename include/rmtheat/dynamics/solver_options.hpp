#pragma once

#include <cstddef>
#include <optional>

#include "rmtheat/linalg/eigensolver/tridiagonalization_choice.hpp"

namespace rmtheat::dynamics {

/// How one disorder realization is propagated.
enum class Method {
  automatic,        ///< one of the others, chosen before an engine is made
  diagonalization,  ///< all eigenvectors of H, all times from them
  lanczos,          ///< random pure states, Lanczos recursions that need no matrix
};

/// Which library diagonalizes H.
enum class EigensolverChoice {
  automatic,  ///< LAPACK for a group of one rank, ScaLAPACK for larger groups
  lapack,
  scalapack,
  elpa,  ///< where it was built in
};

/// How the Lanczos method knows the coupling matrix.
enum class CouplingStorage {
  sampled,  ///< drawn as the recursion asks for it; by its product where the law has one
  stored,   ///< the matrix that diagonalization would use, in full
};

/// How the Lanczos method makes a realization's scatter smaller.
enum class NoiseReduction {
  automatic,  ///< one of the others, chosen before an engine is made
  none,       ///< one coupling per realization
  pairs,      ///< a realization is the mean over two chains: a stored V and -V, or a sampled V
              ///< drawn in each chain's own basis from g and from -g (antithetic)
};

struct SolverOptions {
  Method method = Method::diagonalization;
  EigensolverChoice eigensolver = EigensolverChoice::automatic;
  linalg::TridiagonalizationChoice tridiagonalization = linalg::TridiagonalizationChoice::automatic;
  std::optional<std::size_t> ranks_per_group;  ///< empty: chosen from memory and size
  std::optional<std::size_t> grid_rows;        ///< of the process grid; empty: by rule
  std::optional<std::size_t> block_size;       ///< of the block-cyclic distribution; empty: by rule
  std::size_t threads = 1;                     ///< of the BLAS, per rank
  CouplingStorage coupling = CouplingStorage::sampled;    ///< of the Lanczos method
  NoiseReduction noise_reduction = NoiseReduction::none;  ///< of the Lanczos method
  /// Of the Lanczos method: a chain grows until its last component is smaller at every time.
  double tolerance = 1e-10;
};

}  // namespace rmtheat::dynamics
