#include <algorithm>
#include <span>

#include "eigensolver/backend.hpp"
#include "eigensolver/own/back_transformation.hpp"
#include "eigensolver/own/tridiagonalization.hpp"
#include "eigensolver/workspace.hpp"
#include "rmtheat/support/blas_int.hpp"
#include "rmtheat/support/lapack.hpp"
#include "scalapack.hpp"

namespace rmtheat::linalg {
namespace {

/// Where the columns are whole on each process: the libraries' divide and conquer for the
/// tridiagonal matrix, and our own ways to it and back, which make better use of the memory.
template <Scalar T>
class Steps final : public EigensolverBackend<T> {
 public:
  Steps(const BlockCyclic& layout, Eigensolver eigensolver)
      : layout_(layout),
        eigensolver_(eigensolver),
        n_(blas_int(layout.rows(), "dimension")),
        descriptor_(layout.descriptor()),
        workspace_(layout, eigensolver, TridiagonalizationChoice::automatic),
        tridiagonalization_(layout),
        back_transformation_(layout),
        off_diagonal_(static_cast<std::size_t>(n_)),
        factors_(static_cast<std::size_t>(n_ - 1)) {}

  void solve(DistributedMatrix<T>& h, std::vector<double>& values,
             DistributedMatrix<T>& vectors) override {
    tridiagonalization_.reduce(h, values, off_diagonal_, factors_);

    // The eigenvectors of the tridiagonal matrix are real.
    const auto size = static_cast<std::size_t>(layout_.local_size());
    if constexpr (is_complex<T>) {
      const auto work = std::span(workspace_.real);
      solve_tridiagonal(values, work.data(), work.subspan(size));
      std::copy_n(work.data(), size, vectors.data());
    } else {
      solve_tridiagonal(values, vectors.data(), workspace_.work);
    }
    back_transformation_.apply(h, factors_, vectors);
  }

 private:
  void solve_tridiagonal(std::vector<double>& values, double* vectors, std::span<double> work) {
    auto& integer = workspace_.integer;
    if (eigensolver_ == Eigensolver::lapack) {
      require_success(
          "dstedc", n_,
          lapack::stedc(n_, values.data(), off_diagonal_.data(), vectors, work, integer));
      return;
    }
    const int work_length = blas_int(work.size(), "workspace");
    const int one = 1;
    int info = 0;
    std::fill_n(vectors, layout_.local_size(), 0.0);  // pdstedc sets the diagonal blocks alone
    pdstedc_("I", &n_, values.data(), off_diagonal_.data(), vectors, &one, &one, descriptor_.data(),
             work.data(), &work_length, integer.data(), &workspace_.integer_length, &info, 1);
    require_success("pdstedc", n_, info);
  }

  BlockCyclic layout_;
  Eigensolver eigensolver_;
  int n_;
  Descriptor descriptor_;
  Workspace<T> workspace_;
  Tridiagonalization<T> tridiagonalization_;
  BackTransformation<T> back_transformation_;
  std::vector<double> off_diagonal_;  ///< of the tridiagonal matrix, its diagonal is in `values`
  std::vector<T> factors_;            ///< tau of every reflector
};

}  // namespace

template <Scalar T>
std::unique_ptr<EigensolverBackend<T>> make_stepwise_backend(const BlockCyclic& layout,
                                                             Eigensolver eigensolver) {
  return std::make_unique<Steps<T>>(layout, eigensolver);
}

template std::unique_ptr<EigensolverBackend<double>> make_stepwise_backend(const BlockCyclic&,
                                                                           Eigensolver);
template std::unique_ptr<EigensolverBackend<Complex>> make_stepwise_backend(const BlockCyclic&,
                                                                            Eigensolver);

}  // namespace rmtheat::linalg
