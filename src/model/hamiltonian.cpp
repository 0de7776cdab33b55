#include "rmtheat/model/hamiltonian.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include <fmt/format.h>

#include "rmtheat/support/blas_int.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/lapack.hpp"

namespace rmtheat::model {
namespace {

using Complex = std::complex<double>;

template <class T>
std::vector<T> column_major(std::span<const Complex> matrix, std::size_t size) {
  std::vector<T> columns(matrix.size());
  for (std::size_t row = 0; row < size; ++row) {
    for (std::size_t column = 0; column < size; ++column) {
      const Complex element = matrix[row * size + column];
      if constexpr (std::is_same_v<T, double>) {
        columns[column * size + row] = element.real();
      } else {
        columns[column * size + row] = element;
      }
    }
  }
  return columns;
}

template <class T>
void fix_phase(std::span<T> vector) {
  double largest = 0.0;
  for (const T& element : vector) {
    largest = std::max(largest, std::abs(element));
  }
  const auto first = std::ranges::find_if(
      vector, [largest](const T& element) { return std::abs(element) >= 0.5 * largest; });
  const T phase = *first / std::abs(*first);
  for (T& element : vector) {
    element /= phase;
  }
}

template <class T>
Eigensystem solve(std::vector<T> matrix, std::size_t size) {
  const int n = blas_int(size, "size of a Hamiltonian");
  const std::size_t square = size * size;
  constexpr bool real = std::is_same_v<T, double>;
  std::vector<T> work(real ? 1 + 6 * size + 2 * square : 2 * size + square);
  std::vector<double> real_work(real ? 1 : 1 + 5 * size + 2 * square);
  std::vector<int> integer(3 + 5 * size);
  Eigensystem system;
  system.levels.resize(size);
  const int info = lapack::heevd(n, matrix.data(), system.levels.data(), work, real_work, integer);
  if (info != 0) {
    throw NumericalError(fmt::format("{} failed for a Hamiltonian of size {} (info = {}).",
                                     real ? "dsyevd" : "zheevd", size, info));
  }
  for (std::size_t k = 0; k < size; ++k) {
    fix_phase(std::span(matrix).subspan(k * size, size));
  }
  system.vectors.assign(matrix.begin(), matrix.end());
  return system;
}

}  // namespace

Eigensystem diagonalized(std::span<const Complex> hamiltonian, std::size_t size) {
  const bool real = std::ranges::all_of(
      hamiltonian, [](const Complex& element) { return element.imag() == 0.0; });
  return real ? solve(column_major<double>(hamiltonian, size), size)
              : solve(column_major<Complex>(hamiltonian, size), size);
}

double hermiticity_defect(std::span<const Complex> matrix, std::size_t size) {
  double defect = 0.0;
  double largest = 0.0;
  for (std::size_t row = 0; row < size; ++row) {
    for (std::size_t column = 0; column <= row; ++column) {
      const Complex element = matrix[row * size + column];
      const Complex mirrored = std::conj(matrix[column * size + row]);
      defect = std::max(defect, std::abs(element - mirrored));
      largest = std::max({largest, std::abs(element), std::abs(mirrored)});
    }
  }
  return largest > 0.0 ? defect / largest : 0.0;
}

}  // namespace rmtheat::model
