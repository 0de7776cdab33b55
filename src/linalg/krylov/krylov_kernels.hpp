#pragma once

#include <complex>
#include <cstddef>

namespace rmtheat::linalg {

/// Real numbers in the block of one vector: of complex ones the real parts, then the imaginary.
inline constexpr std::size_t krylov_block_numbers = 32;
/// Partial sums that each part of an overlap is kept in.
inline constexpr std::size_t krylov_lanes = 4;

// The inner loops of KrylovBasis, for one block of rows of `count` vectors, which stand one behind
// the other. Arrays of double are aligned to cache lines. Both loops prefetch what follows the
// blocks in memory, one the first half of each and the other the second, so that memory is never
// idle.

/// target -= sum_k blocks_k coefficients_k
void krylov_subtract(const double* blocks, std::size_t count, const double* coefficients,
                     double* target);
void krylov_subtract(const double* blocks, std::size_t count,
                     const std::complex<double>* coefficients, double* target);

/// sums_k += conj(blocks_k) source, for real vectors: sums are (krylov_lanes, count).
void krylov_add_real_overlaps(const double* blocks, std::size_t count, const double* source,
                              double* sums);
/// The same for complex vectors: sums are (krylov_lanes, 2, count), real parts first.
void krylov_add_complex_overlaps(const double* blocks, std::size_t count, const double* source,
                                 double* sums);

}  // namespace rmtheat::linalg
