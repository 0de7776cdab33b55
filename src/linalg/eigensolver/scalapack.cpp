#include "scalapack.hpp"

#include "eigensolver/backend.hpp"
#include "eigensolver/workspace.hpp"
#include "rmtheat/support/blas_int.hpp"

namespace rmtheat::linalg {
namespace {

/// ScaLAPACK's divide and conquer, on any grid.
template <Scalar T>
class ScaLapack final : public EigensolverBackend<T> {
 public:
  explicit ScaLapack(const BlockCyclic& layout)
      : n_(blas_int(layout.rows(), "dimension")),
        descriptor_(layout.descriptor()),
        workspace_(layout, Eigensolver::scalapack, TridiagonalizationChoice::library) {}

  void solve(DistributedMatrix<T>& h, std::vector<double>& values,
             DistributedMatrix<T>& vectors) override {
    auto& w = workspace_;
    const int one = 1;
    int info = 0;
    if constexpr (is_complex<T>) {
      pzheevd_("V", "L", &n_, h.data(), &one, &one, descriptor_.data(), values.data(),
               vectors.data(), &one, &one, descriptor_.data(), w.work.data(), &w.work_length,
               w.real.data(), &w.real_length, w.integer.data(), &w.integer_length, &info, 1, 1);
    } else {
      pdsyevd_("V", "L", &n_, h.data(), &one, &one, descriptor_.data(), values.data(),
               vectors.data(), &one, &one, descriptor_.data(), w.work.data(), &w.work_length,
               w.integer.data(), &w.integer_length, &info, 1, 1);
    }
    require_success(is_complex<T> ? "pzheevd" : "pdsyevd", n_, info);
  }

 private:
  int n_;
  Descriptor descriptor_;
  Workspace<T> workspace_;
};

}  // namespace

template <Scalar T>
std::unique_ptr<EigensolverBackend<T>> make_scalapack_backend(const BlockCyclic& layout) {
  return std::make_unique<ScaLapack<T>>(layout);
}

template std::unique_ptr<EigensolverBackend<double>> make_scalapack_backend(const BlockCyclic&);
template std::unique_ptr<EigensolverBackend<Complex>> make_scalapack_backend(const BlockCyclic&);

}  // namespace rmtheat::linalg
