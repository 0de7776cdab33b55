#pragma once

#include <complex>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "rmtheat/linalg/distributed_matrix.hpp"

// NOLINTBEGIN(readability-identifier-naming): ScaLAPACK's own names
extern "C" {
void pdsyevd_(const char* jobz, const char* uplo, const int* n, double* a, const int* ia,
              const int* ja, const int* desca, double* w, double* z, const int* iz, const int* jz,
              const int* descz, double* work, const int* lwork, int* iwork, const int* liwork,
              int* info, std::size_t jobz_length, std::size_t uplo_length);
void pzheevd_(const char* jobz, const char* uplo, const int* n, std::complex<double>* a,
              const int* ia, const int* ja, const int* desca, double* w, std::complex<double>* z,
              const int* iz, const int* jz, const int* descz, std::complex<double>* work,
              const int* lwork, double* rwork, const int* lrwork, int* iwork, const int* liwork,
              int* info, std::size_t jobz_length, std::size_t uplo_length);
}
// NOLINTEND(readability-identifier-naming)

namespace rmtheat::bench {

/// ScaLAPACK's own driver, pzheevd or pdsyevd, as a program would call it: what a realization is
/// measured against.
template <linalg::Scalar T>
class Driver {
 public:
  explicit Driver(const linalg::BlockCyclic& layout)
      : n_(static_cast<int>(layout.rows())), descriptor_(layout.descriptor()), values_(n_) {
    std::vector<T> work(1);
    std::vector<double> real(1);
    std::vector<int> integer(1);
    call(nullptr, nullptr, work, real, integer, true);
    // Beyond what the query says: with that alone wrong vectors come back (Reference-ScaLAPACK
    // issues 74 and 105).
    const auto padding = static_cast<std::size_t>(
        2 * n_ + layout.block_size() *
                     (2 * layout.local_rows() + layout.local_columns() + 2 * layout.block_size()));
    work_.resize(static_cast<std::size_t>(std::real(work[0])) + padding);
    real_.resize(static_cast<std::size_t>(real[0]) + padding);
    integer_.resize(static_cast<std::size_t>(integer[0]) + 8);
  }

  void solve(linalg::DistributedMatrix<T>& h, linalg::DistributedMatrix<T>& vectors) {
    call(h.data(), vectors.data(), work_, real_, integer_, false);
  }

 private:
  void call(T* h, T* vectors, std::vector<T>& work, std::vector<double>& real,
            std::vector<int>& integer, bool query) {
    const int one = 1;
    const auto length = [query](const auto& array) {
      return query ? -1 : static_cast<int>(array.size());
    };
    const int lwork = length(work);
    const int lrwork = length(real);
    const int liwork = length(integer);
    int info = 0;
    if constexpr (std::is_same_v<T, double>) {
      pdsyevd_("V", "L", &n_, h, &one, &one, descriptor_.data(), values_.data(), vectors, &one,
               &one, descriptor_.data(), work.data(), &lwork, integer.data(), &liwork, &info, 1, 1);
    } else {
      pzheevd_("V", "L", &n_, h, &one, &one, descriptor_.data(), values_.data(), vectors, &one,
               &one, descriptor_.data(), work.data(), &lwork, real.data(), &lrwork, integer.data(),
               &liwork, &info, 1, 1);
    }
    if (info != 0) {
      throw std::runtime_error("ScaLAPACK's driver failed.");
    }
  }

  int n_;
  linalg::Descriptor descriptor_;
  std::vector<double> values_;
  std::vector<T> work_;
  std::vector<double> real_;
  std::vector<int> integer_;
};

}  // namespace rmtheat::bench
