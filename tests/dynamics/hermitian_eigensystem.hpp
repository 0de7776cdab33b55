#pragma once

#include <algorithm>
#include <complex>
#include <cstddef>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/hermitian_eigenvalues.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): LAPACK's own name
extern "C" void dsyev_(const char* jobz, const char* uplo, const int* n, double* a, const int* lda,
                       double* w, double* work, const int* lwork, int* info,
                       std::size_t jobz_length, std::size_t uplo_length);

namespace rmtheat::test {

template <class T>
struct Eigensystem {
  std::vector<double> values;  ///< (D), ascending
  std::vector<T> vectors;      ///< (D, D), column-major: eigenvector n is column n
};

/// The eigensystem of the matrix with this lower triangle, (D, D), column-major, by LAPACK's zheev
/// or dsyev: by QR iterations, which no solver of ours uses.
template <class T>
Eigensystem<T> hermitian_eigensystem(std::vector<T> matrix, std::size_t size) {
  const int n = static_cast<int>(size);
  const int work_size = 64 * n;
  std::vector<T> work(static_cast<std::size_t>(work_size));
  Eigensystem<T> result{std::vector<double>(size), std::move(matrix)};
  int info = 0;
  if constexpr (std::is_same_v<T, double>) {
    dsyev_("V", "L", &n, result.vectors.data(), &n, result.values.data(), work.data(), &work_size,
           &info, 1, 1);
  } else {
    std::vector<double> real_work(std::max<std::size_t>(1, 3 * size));
    zheev_("V", "L", &n, result.vectors.data(), &n, result.values.data(), work.data(), &work_size,
           real_work.data(), &info, 1, 1);
  }
  if (info != 0) {
    throw std::runtime_error("the QR iterations did not converge");
  }
  return result;
}

}  // namespace rmtheat::test
