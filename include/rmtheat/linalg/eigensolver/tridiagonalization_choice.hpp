#pragma once

namespace rmtheat::linalg {

/// Who brings the matrix to tridiagonal form and the eigenvectors back, for LAPACK and ScaLAPACK.
enum class TridiagonalizationChoice {
  automatic,  ///< routines of our own where they serve, see solves_in_steps()
  library,    ///< the library's driver everywhere
};

}  // namespace rmtheat::linalg
