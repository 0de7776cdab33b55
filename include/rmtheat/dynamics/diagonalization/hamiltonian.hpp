#pragma once

#include <array>
#include <complex>
#include <vector>

#include "rmtheat/dynamics/diagonalization/eigenbasis_sums.hpp"
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

/// d^2/dt^2 Tr rho(t) O at t = 0 of diagonal operators rho = rho(0) and O, which is exactly
///
///   -Tr rho [H, [H, O]] = 2 sum_ab rho_a |H_ab|^2 (O_b - O_a),
///
/// for each initial operator and E_1, E_2, (initial, 2); then d^2/dt^2 <DeltaE_i DeltaE_j> at t =
/// 0, which is exactly
///
///   2 sum_ab rho_a |H_ab|^2 (E_i^b - E_i^a)(E_j^b - E_j^a),
///
/// for those with second moments and (1, 1), (1, 2), (2, 2). From this process's part of the lower
/// triangle of H: those of the processes add up.
template <linalg::Scalar T>
std::vector<double> initial_curvatures(const linalg::DistributedMatrix<T>& hamiltonian,
                                       const std::array<Diagonal, 2>& energies,
                                       const std::vector<InitialOperator>& initial);

extern template void fill_hamiltonian(linalg::DistributedMatrix<double>&, double,
                                      const model::Coupling&, const std::array<Diagonal, 2>&);
extern template void fill_hamiltonian(linalg::DistributedMatrix<std::complex<double>>&, double,
                                      const model::Coupling&, const std::array<Diagonal, 2>&);

}  // namespace rmtheat::dynamics
