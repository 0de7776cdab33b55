#pragma once

#include <array>
#include <complex>

#include "rmtheat/dynamics/product_basis.hpp"
#include "rmtheat/linalg/distributed_matrix.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::dynamics {

/// H = H_1 + H_2 + lambda V in the product basis, (D, D), from `energies` of its product states and
/// the realization's V. The elements above the diagonal, which Hermitian eigensolvers do not read,
/// are zero. T is double for real couplings alone, complex for all. Each process draws its
/// own elements: nothing is communicated.
template <linalg::Scalar T>
void fill_hamiltonian(linalg::DistributedMatrix<T>& matrix, double strength,
                      const model::Coupling& coupling, const std::array<Diagonal, 2>& energies);

extern template void fill_hamiltonian(linalg::DistributedMatrix<double>&, double,
                                      const model::Coupling&, const std::array<Diagonal, 2>&);
extern template void fill_hamiltonian(linalg::DistributedMatrix<std::complex<double>>&, double,
                                      const model::Coupling&, const std::array<Diagonal, 2>&);

}  // namespace rmtheat::dynamics
