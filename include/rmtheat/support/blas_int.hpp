#pragma once

#include <concepts>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat {

/// A size as the 32-bit integer that BLAS, LAPACK and ScaLAPACK take. Throws SystemError when it
/// does not fit; `what` names the quantity.
template <std::integral I>
int blas_int(I value, const char* what) {
  if (!std::in_range<int>(value)) {
    throw SystemError(fmt::format(
        "The {} is {}, more than the 32-bit integers of BLAS and ScaLAPACK hold; use more ranks "
        "per group.",
        what, value));
  }
  return static_cast<int>(value);
}

}  // namespace rmtheat
