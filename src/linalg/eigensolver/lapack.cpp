#include "blas_int.hpp"
#include "eigensolver/backend.hpp"
#include "eigensolver/workspace.hpp"
#include "scalapack.hpp"

namespace rmtheat::linalg {
namespace {

template <Scalar T>
class Lapack final : public EigensolverBackend<T> {
 public:
  explicit Lapack(const BlockCyclic& layout)
      : n_(blas_int(layout.rows(), "dimension")), workspace_(layout, Eigensolver::lapack) {}

  void solve(DistributedMatrix<T>& h, std::vector<double>& values,
             DistributedMatrix<T>& vectors) override {
    auto& w = workspace_;
    int info = 0;
    if constexpr (is_complex<T>) {
      zheevd_("V", "L", &n_, h.data(), &n_, values.data(), w.work.data(), &w.work_length,
              w.real.data(), &w.real_length, w.integer.data(), &w.integer_length, &info, 1, 1);
    } else {
      dsyevd_("V", "L", &n_, h.data(), &n_, values.data(), w.work.data(), &w.work_length,
              w.integer.data(), &w.integer_length, &info, 1, 1);
    }
    require_success(is_complex<T> ? "zheevd" : "dsyevd", n_, info);
    vectors.swap_elements(h);  // the eigenvectors come in the matrix's place
  }

 private:
  int n_;
  Workspace<T> workspace_;
};

}  // namespace

template <Scalar T>
std::unique_ptr<EigensolverBackend<T>> make_lapack_backend(const BlockCyclic& layout) {
  return std::make_unique<Lapack<T>>(layout);
}

template std::unique_ptr<EigensolverBackend<double>> make_lapack_backend(const BlockCyclic&);
template std::unique_ptr<EigensolverBackend<Complex>> make_lapack_backend(const BlockCyclic&);

}  // namespace rmtheat::linalg
