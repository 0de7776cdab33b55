#pragma once

#include <vector>

#include "rmtheat/linalg/distributed_matrix.hpp"

namespace rmtheat::linalg {

/// max |(H U - U diag(values))_jk|, on every process. Of h the lower triangle is read.
/// Work O(D^3) and one more D x D matrix. All in one layout. Collective.
template <Scalar T>
[[nodiscard]] double residual(const DistributedMatrix<T>& h, const std::vector<double>& values,
                              const DistributedMatrix<T>& vectors);

/// max |(U^dagger U - 1)_jk|, on every process. Work O(D^3) and one more D x D matrix. Collective.
template <Scalar T>
[[nodiscard]] double orthogonality(const DistributedMatrix<T>& vectors);

}  // namespace rmtheat::linalg
