#pragma once

#include <cstddef>

namespace rmtheat {

constexpr std::size_t lanes = 4;

/// So many numbers that a processor adds or multiplies at once, anywhere in memory. Each compiler
/// heeds `aligned` in a place of its own.
#ifdef __clang__
using Lanes
    [[gnu::vector_size(lanes * sizeof(double)), gnu::aligned(alignof(double)), gnu::may_alias]] =
        double;
#else
using Lanes = double
    __attribute__((vector_size(lanes * sizeof(double)), aligned(alignof(double)), may_alias));
#endif

}  // namespace rmtheat
