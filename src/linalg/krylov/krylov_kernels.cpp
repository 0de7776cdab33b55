#include "krylov/krylov_kernels.hpp"

#include "rmtheat/support/target_clones.hpp"

namespace rmtheat::linalg {
namespace {

using Lanes = double __attribute__((vector_size(krylov_lanes * sizeof(double)), may_alias));

constexpr std::size_t length = krylov_block_numbers / krylov_lanes;  // of a block, in Lanes
constexpr std::size_t half = length / 2;

/// How far ahead to fetch: the work on this much takes longer than the memory's latency, and it
/// stays in the first-level cache until it is needed.
constexpr std::size_t prefetch_bytes = 8192;

/// Both cache lines of one half of a block that is needed soon.
[[gnu::always_inline]] inline void prefetch(const Lanes* half_block) {
  const auto* address = reinterpret_cast<const char*>(half_block) + prefetch_bytes;
  __builtin_prefetch(address);
  __builtin_prefetch(address + 64);
}

/// `parts` is 1 for real vectors, 2 for complex ones.
template <std::size_t parts>
[[gnu::always_inline]] inline void subtract(const double* blocks, std::size_t count,
                                            const double* coefficients, double* target) {
  auto* const result = reinterpret_cast<Lanes*>(target);
  Lanes y[length];  // NOLINT(modernize-avoid-c-arrays): std::array drops vector attributes
  for (std::size_t m = 0; m < length; ++m) {
    y[m] = result[m];
  }
  for (std::size_t k = 0; k < count; ++k) {
    const auto* q = reinterpret_cast<const Lanes*>(blocks + k * krylov_block_numbers);
    prefetch(q);
    const double* c = coefficients + parts * k;
    if constexpr (parts == 1) {
      for (std::size_t m = 0; m < length; ++m) {
        y[m] -= q[m] * c[0];
      }
    } else {
      for (std::size_t m = 0; m < half; ++m) {
        y[m] -= q[m] * c[0];
        y[m] += q[half + m] * c[1];
        y[half + m] -= q[half + m] * c[0];
        y[half + m] -= q[m] * c[1];
      }
    }
  }
  for (std::size_t m = 0; m < length; ++m) {
    result[m] = y[m];
  }
}

template <std::size_t parts>
[[gnu::always_inline]] inline void add_overlaps(const double* blocks, std::size_t count,
                                                const double* source, double* sums) {
  const auto* x = reinterpret_cast<const Lanes*>(source);
  auto* sum = reinterpret_cast<Lanes*>(sums);
  Lanes y[length];  // NOLINT(modernize-avoid-c-arrays): std::array drops vector attributes
  for (std::size_t m = 0; m < length; ++m) {
    y[m] = x[m];
  }
  for (std::size_t k = 0; k < count; ++k, sum += parts) {
    const auto* q = reinterpret_cast<const Lanes*>(blocks + k * krylov_block_numbers);
    prefetch(q + half);
    if constexpr (parts == 1) {
      for (std::size_t m = 0; m < length; ++m) {
        sum[0] += q[m] * y[m];
      }
    } else {
      Lanes real = sum[0];
      Lanes imaginary = sum[1];
      for (std::size_t m = 0; m < half; ++m) {
        real += q[m] * y[m];
        real += q[half + m] * y[half + m];
        imaginary += q[m] * y[half + m];
        imaginary -= q[half + m] * y[m];
      }
      sum[0] = real;
      sum[1] = imaginary;
    }
  }
}

}  // namespace

RMTHEAT_TARGET_CLONES void krylov_subtract(const double* blocks, std::size_t count,
                                           const double* coefficients, double* target) {
  subtract<1>(blocks, count, coefficients, target);
}

RMTHEAT_TARGET_CLONES void krylov_subtract(const double* blocks, std::size_t count,
                                           const std::complex<double>* coefficients,
                                           double* target) {
  // std::complex<double> is layout-compatible with double[2].
  subtract<2>(blocks, count, reinterpret_cast<const double*>(coefficients), target);
}

RMTHEAT_TARGET_CLONES void krylov_add_real_overlaps(const double* blocks, std::size_t count,
                                                    const double* source, double* sums) {
  add_overlaps<1>(blocks, count, source, sums);
}

RMTHEAT_TARGET_CLONES void krylov_add_complex_overlaps(const double* blocks, std::size_t count,
                                                       const double* source, double* sums) {
  add_overlaps<2>(blocks, count, source, sums);
}

}  // namespace rmtheat::linalg
