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

/// How a realization's scatter is made smaller.
enum class NoiseReduction {
  automatic,  ///< one of the others, chosen before an engine is made
  none,       ///< one coupling per realization
  pairs,      ///< a realization is the mean over V and -V; by Lanczos with a sampled V over two
              ///< chains that draw it in their own basis from g and from -g (antithetic)
  control,    ///< diagonalization: less the realization's own second order (SecondOrder)
  both,       ///< diagonalization: the mean over V and -V, less that
};

[[nodiscard]] constexpr bool has_pairs(NoiseReduction reduction) {
  return reduction == NoiseReduction::pairs || reduction == NoiseReduction::both;
}
[[nodiscard]] constexpr bool has_control(NoiseReduction reduction) {
  return reduction == NoiseReduction::control || reduction == NoiseReduction::both;
}

struct SolverOptions {
  Method method = Method::diagonalization;
  EigensolverChoice eigensolver = EigensolverChoice::automatic;
  linalg::TridiagonalizationChoice tridiagonalization = linalg::TridiagonalizationChoice::automatic;
  std::optional<std::size_t> ranks_per_group;  ///< empty: chosen from memory and size
  std::optional<std::size_t> grid_rows;        ///< of the process grid; empty: by rule
  std::optional<std::size_t> block_size;       ///< of the block-cyclic distribution; empty: by rule
  std::size_t threads = 1;                     ///< of the BLAS, per rank
  CouplingStorage coupling = CouplingStorage::sampled;  ///< of the Lanczos method
  NoiseReduction noise_reduction = NoiseReduction::none;
  /// Of the Lanczos method: a chain grows until its last component is smaller at every time.
  double tolerance = 1e-10;
};

/// True where trajectories have curves of before the noise reduction.
[[nodiscard]] constexpr bool leaves_raw(const SolverOptions& options) {
  return options.method == Method::diagonalization &&
         options.noise_reduction != NoiseReduction::none;
}

}  // namespace rmtheat::dynamics
