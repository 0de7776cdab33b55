#include <algorithm>
#include <optional>

#include "back_transformation.hpp"
#include "blas_int.hpp"
#include "eigensolver_backend.hpp"
#include "eigensolver_workspace.hpp"
#include "scalapack.hpp"
#include "tridiagonalization.hpp"

namespace rmtheat::linalg {
namespace {

/// ScaLAPACK's divide and conquer. Where the columns are whole on each process its steps are called
/// one by one, for a faster last step; elsewhere the driver pzheevd or pdsyevd.
template <Scalar T>
class ScaLapack final : public EigensolverBackend<T> {
 public:
  ScaLapack(const BlockCyclic& layout, ScaLapackRoutines routines)
      : layout_(layout),
        n_(blas_int(layout.rows(), "dimension")),
        descriptor_(layout.descriptor()),
        workspace_(layout, Eigensolver::scalapack) {
    if (routines == ScaLapackRoutines::fastest && layout.grid().rows() == 1 && n_ > 1) {
      tridiagonalization_.emplace(layout);
      back_transformation_.emplace(layout);
      factors_.resize(static_cast<std::size_t>(n_ - 1));
      off_diagonal_.resize(static_cast<std::size_t>(n_));
    }
  }

  void solve(DistributedMatrix<T>& h, std::vector<double>& values,
             DistributedMatrix<T>& vectors) override {
    if (back_transformation_) {
      solve_in_steps(h, values, vectors);
    } else {
      solve_by_driver(h, values, vectors);
    }
  }

 private:
  void solve_in_steps(DistributedMatrix<T>& h, std::vector<double>& values,
                      DistributedMatrix<T>& vectors) {
    auto& w = workspace_;
    int info = 0;
    tridiagonalization_->reduce(h, values, off_diagonal_, factors_);

    // The eigenvectors of the tridiagonal matrix are real.
    const auto size = static_cast<std::size_t>(layout_.local_size());
    double* tridiagonal_vectors = nullptr;
    std::span<double> work;
    if constexpr (is_complex<T>) {
      tridiagonal_vectors = w.real.data();
      work = std::span(w.real).subspan(size);
    } else {
      tridiagonal_vectors = vectors.data();
      work = w.work;
    }
    std::fill_n(tridiagonal_vectors, size, 0.0);  // pdstedc sets the diagonal blocks alone
    const int one = 1;
    const int work_length = blas_int(work.size(), "workspace");
    pdstedc_("I", &n_, values.data(), off_diagonal_.data(), tridiagonal_vectors, &one, &one,
             descriptor_.data(), work.data(), &work_length, w.integer.data(), &w.integer_length,
             &info, 1);
    require_success("pdstedc", n_, info);
    if constexpr (is_complex<T>) {
      std::copy_n(tridiagonal_vectors, size, vectors.data());
    }
    back_transformation_->apply(h, factors_, vectors);
  }

  void solve_by_driver(DistributedMatrix<T>& h, std::vector<double>& values,
                       DistributedMatrix<T>& vectors) {
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

  BlockCyclic layout_;
  int n_;
  Descriptor descriptor_;
  Workspace<T> workspace_;
  std::optional<Tridiagonalization<T>> tridiagonalization_;
  std::optional<BackTransformation<T>> back_transformation_;
  std::vector<T> factors_;            ///< tau of every reflector
  std::vector<double> off_diagonal_;  ///< of the tridiagonal matrix, its diagonal is in `values`
};

}  // namespace

template <Scalar T>
std::unique_ptr<EigensolverBackend<T>> make_scalapack_backend(const BlockCyclic& layout,
                                                              ScaLapackRoutines routines) {
  return std::make_unique<ScaLapack<T>>(layout, routines);
}

template std::unique_ptr<EigensolverBackend<double>> make_scalapack_backend(const BlockCyclic&,
                                                                            ScaLapackRoutines);
template std::unique_ptr<EigensolverBackend<Complex>> make_scalapack_backend(const BlockCyclic&,
                                                                             ScaLapackRoutines);

}  // namespace rmtheat::linalg
