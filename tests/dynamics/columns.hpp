#pragma once

#include <complex>
#include <cstddef>
#include <random>
#include <span>
#include <type_traits>
#include <vector>

#include "rmtheat/linalg/split_columns.hpp"

namespace rmtheat::test {

/// Independent normal numbers; for complex T their real and imaginary parts.
template <class T>
std::vector<T> random_numbers(std::size_t count, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  std::vector<T> numbers(count);
  for (T& number : numbers) {
    number = normal(random);
    if constexpr (!std::is_same_v<T, double>) {
      number += T(0.0, normal(random));
    }
  }
  return numbers;
}

/// The columns as products in real arithmetic take them.
template <class T>
std::vector<T> split(std::vector<T> columns, std::size_t rows) {
  linalg::split_columns(std::span(columns), rows);
  return columns;
}

/// <u|O|v> of a diagonal operator O, as the plain sum.
template <class T>
std::complex<double> matrix_element(const T* u, const std::vector<double>& diagonal, const T* v) {
  std::complex<double> sum = 0.0;
  for (std::size_t a = 0; a < diagonal.size(); ++a) {
    sum += std::conj(std::complex<double>(u[a])) * diagonal[a] * v[a];
  }
  return sum;
}

}  // namespace rmtheat::test
