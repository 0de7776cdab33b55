// In place of elpa.cpp where ELPA is not built in.

#include "eigensolver/backend.hpp"
#include "rmtheat/linalg/eigensolver/eigensolver.hpp"

namespace rmtheat::linalg {

bool has_elpa() { return false; }

template <Scalar T>
std::unique_ptr<EigensolverBackend<T>> make_elpa_backend(const BlockCyclic& /*layout*/) {
  throw InputError("ELPA is not in this build.");
}

template std::unique_ptr<EigensolverBackend<double>> make_elpa_backend(const BlockCyclic&);
template std::unique_ptr<EigensolverBackend<std::complex<double>>> make_elpa_backend(
    const BlockCyclic&);

}  // namespace rmtheat::linalg
