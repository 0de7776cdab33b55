#include "rmtheat/linalg/split_columns.hpp"

#include <algorithm>
#include <complex>
#include <vector>

namespace rmtheat::linalg {
namespace {

using Complex = std::complex<double>;

/// std::complex<double> is layout-compatible with double[2].
double* as_reals(std::span<Complex> columns) { return reinterpret_cast<double*>(columns.data()); }

}  // namespace

template <>
void split_columns(std::span<double> /*columns*/, std::size_t /*rows*/) {}

template <>
void join_columns(std::span<double> /*columns*/, std::size_t /*rows*/) {}

template <>
void split_columns(std::span<Complex> columns, std::size_t rows) {
  std::vector<double> imaginary(rows);
  double* reals = as_reals(columns);
  for (std::size_t first = 0; first < columns.size(); first += rows, reals += 2 * rows) {
    for (std::size_t a = 0; a < rows; ++a) {
      imaginary[a] = reals[2 * a + 1];
      reals[a] = reals[2 * a];
    }
    std::ranges::copy(imaginary, reals + rows);
  }
}

template <>
void join_columns(std::span<Complex> columns, std::size_t rows) {
  std::vector<double> real(rows);
  double* reals = as_reals(columns);
  for (std::size_t first = 0; first < columns.size(); first += rows, reals += 2 * rows) {
    std::copy_n(reals, rows, real.begin());
    for (std::size_t a = 0; a < rows; ++a) {
      reals[2 * a] = real[a];
      reals[2 * a + 1] = reals[rows + a];
    }
  }
}

}  // namespace rmtheat::linalg
