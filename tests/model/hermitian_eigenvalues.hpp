#pragma once

#include <algorithm>
#include <complex>
#include <cstddef>
#include <stdexcept>
#include <vector>

// NOLINTNEXTLINE(readability-identifier-naming): LAPACK's own name
extern "C" void zheev_(const char* jobz, const char* uplo, const int* n, std::complex<double>* a,
                       const int* lda, double* w, std::complex<double>* work, const int* lwork,
                       double* rwork, int* info, std::size_t jobz_length, std::size_t uplo_length);

namespace rmtheat::test {

/// Eigenvalues, ascending, of the Hermitian matrix with these elements, by LAPACK zheev.
template <class Element>
std::vector<double> hermitian_eigenvalues(std::size_t size, Element element) {
  std::vector<std::complex<double>> matrix(size * size);
  for (std::size_t column = 0; column < size; ++column) {
    for (std::size_t row = 0; row < size; ++row) {
      matrix[column * size + row] = element(row, column);
    }
  }
  const int n = static_cast<int>(size);
  const int work_size = 64 * n;
  std::vector<std::complex<double>> work(static_cast<std::size_t>(work_size));
  std::vector<double> real_work(std::max<std::size_t>(1, 3 * size));
  std::vector<double> values(size);
  int info = 0;
  zheev_("N", "L", &n, matrix.data(), &n, values.data(), work.data(), &work_size, real_work.data(),
         &info, 1, 1);
  if (info != 0) {
    throw std::runtime_error("zheev did not converge");
  }
  return values;
}

}  // namespace rmtheat::test
