#include <cstdlib>
#include <elpa/elpa.h>
#include <string>

#include <mpi.h>

#include "eigensolver/backend.hpp"
#include "eigensolver/workspace.hpp"
#include "rmtheat/support/blas_int.hpp"
#include "scalapack.hpp"

namespace rmtheat::linalg {
namespace {

/// The interface that this file is written to; later versions of the library keep to it.
constexpr int api_version = 20181112;

void require_set_up(const std::string& step, int status) {
  if (status != ELPA_OK) {
    throw SystemError(
        fmt::format("ELPA could not be set up: {} failed (status {}).", step, status));
  }
}

/// A configured ELPA object and the communicator it works on.
class Handle {
 public:
  explicit Handle(const BlockCyclic& layout)
      : communicator_(layout.grid().communicator().duplicate()) {
    // Never undone: ELPA counts no users, and another object may be in use.
    require_set_up("elpa_init", elpa_init(api_version));
    int status = ELPA_OK;
    handle_ = elpa_allocate(&status);
    require_set_up("elpa_allocate", status);
    try {
      configure(layout);
    } catch (const Error&) {
      release();
      throw;
    }
  }
  ~Handle() { release(); }
  Handle(const Handle&) = delete;
  Handle(Handle&&) = delete;
  Handle& operator=(const Handle&) = delete;
  Handle& operator=(Handle&&) = delete;

  [[nodiscard]] elpa_t get() const { return handle_; }

 private:
  void configure(const BlockCyclic& layout) {
    const auto& grid = layout.grid();
    const int n = blas_int(layout.rows(), "dimension");
    set("na", n);
    set("nev", n);
    set("local_nrows", blas_int(layout.local_rows(), "number of local rows"));
    set("local_ncols", blas_int(layout.local_columns(), "number of local columns"));
    set("nblk", blas_int(layout.block_size(), "block size"));
    set("mpi_comm_parent", MPI_Comm_c2f(communicator_.handle()));
    set("process_row", grid.my_row());
    set("process_col", grid.my_column());
    require_set_up("elpa_setup", elpa_setup(handle_));
    // One stage: with the portable kernels of a distribution's packages two are slower.
    set("solver", ELPA_SOLVER_1STAGE);
  }

  void set(const char* name, int value) {
    int status = ELPA_OK;
    elpa_set_integer(handle_, name, value, &status);
    require_set_up(name, status);
  }

  void release() noexcept {
    int status = ELPA_OK;
    elpa_deallocate(handle_, &status);
  }

  parallel::Communicator communicator_;
  elpa_t handle_ = nullptr;
};

template <Scalar T>
class Elpa final : public EigensolverBackend<T> {
 public:
  explicit Elpa(const BlockCyclic& layout)
      : n_(blas_int(layout.rows(), "dimension")),
        descriptor_(layout.descriptor()),
        handle_(layout) {}

  void solve(DistributedMatrix<T>& h, std::vector<double>& values,
             DistributedMatrix<T>& vectors) override {
    fill_upper_triangle(h, vectors);
    int status = ELPA_OK;
    if constexpr (is_complex<T>) {
      elpa_eigenvectors_double_complex(handle_.get(), h.data(), values.data(), vectors.data(),
                                       &status);
    } else {
      elpa_eigenvectors_double(handle_.get(), h.data(), values.data(), vectors.data(), &status);
    }
    require_success("elpa_eigenvectors", n_, status);
  }

 private:
  /// ELPA reads both triangles. The adjoint is made in the place of the eigenvectors.
  void fill_upper_triangle(DistributedMatrix<T>& h, DistributedMatrix<T>& adjoint) {
    padjoint(n_, h.data(), descriptor_.data(), adjoint.data(), descriptor_.data());
    const T* mirrored = adjoint.data();
    h.for_each([&mirrored](GlobalIndex row, GlobalIndex column, T& element) {
      if (row < column) {
        element = *mirrored;
      }
      ++mirrored;
    });
  }

  int n_;
  Descriptor descriptor_;
  Handle handle_;
};

}  // namespace

bool has_elpa() { return true; }

template <Scalar T>
std::unique_ptr<EigensolverBackend<T>> make_elpa_backend(const BlockCyclic& layout) {
  return std::make_unique<Elpa<T>>(layout);
}

template std::unique_ptr<EigensolverBackend<double>> make_elpa_backend(const BlockCyclic&);
template std::unique_ptr<EigensolverBackend<Complex>> make_elpa_backend(const BlockCyclic&);

}  // namespace rmtheat::linalg
