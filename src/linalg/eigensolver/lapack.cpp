#include "rmtheat/support/lapack.hpp"

#include "eigensolver/backend.hpp"
#include "eigensolver/workspace.hpp"
#include "rmtheat/support/blas_int.hpp"

namespace rmtheat::linalg {
namespace {

template <Scalar T>
class Lapack final : public EigensolverBackend<T> {
 public:
  explicit Lapack(const BlockCyclic& layout)
      : n_(blas_int(layout.rows(), "dimension")),
        workspace_(layout, Eigensolver::lapack, TridiagonalizationChoice::library) {}

  void solve(DistributedMatrix<T>& h, std::vector<double>& values,
             DistributedMatrix<T>& vectors) override {
    auto& w = workspace_;
    require_success(is_complex<T> ? "zheevd" : "dsyevd", n_,
                    lapack::heevd(n_, h.data(), values.data(), w.work, w.real, w.integer));
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
template std::unique_ptr<EigensolverBackend<std::complex<double>>> make_lapack_backend(
    const BlockCyclic&);

}  // namespace rmtheat::linalg
