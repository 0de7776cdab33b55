#pragma once

#include <complex>
#include <cstddef>

namespace rmtheat::linalg {

/// Columns that are multiplied at once, at most.
inline constexpr std::size_t hermitian_columns = 4;

/// The part of a Hermitian matrix that lies below the diagonal, times a vector, with one passage
/// through memory where the BLAS's routines make two or work at half the memory's speed. For
/// `count` columns a_k of `rows` numbers, `leading` apart in memory:
///
///   y += sum_k a_k factors_k,   overlaps_k = conj(a_k) . x.
///
/// 1 <= count <= hermitian_columns.
void multiply_both_sides(const double* columns, std::size_t leading, std::size_t rows,
                         std::size_t count, const double* factors, const double* x, double* y,
                         double* overlaps);
void multiply_both_sides(const std::complex<double>* columns, std::size_t leading, std::size_t rows,
                         std::size_t count, const std::complex<double>* factors,
                         const std::complex<double>* x, std::complex<double>* y,
                         std::complex<double>* overlaps);

}  // namespace rmtheat::linalg
