#include "rmtheat/dynamics/diagonalization/hamiltonian.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace rmtheat::dynamics {

template <linalg::Scalar T>
void fill_hamiltonian(linalg::DistributedMatrix<T>& matrix, double strength,
                      const model::Coupling& coupling, const std::array<Diagonal, 2>& energies) {
  matrix.for_each_run([&](auto first, auto in_column, std::span<T> elements) {
    const std::size_t row = first.offset();
    const std::size_t column = in_column.offset();
    const std::size_t above = column > row ? std::min(column - row, elements.size()) : 0;
    std::ranges::fill(elements.first(above), T(0));
    const auto lower = elements.subspan(above);
    coupling.draw_column(row + above, column, lower);
    for (T& element : lower) {
      element *= strength;
    }
    if (row <= column && column < row + elements.size()) {
      elements[column - row] += energies[0][column] + energies[1][column];
    }
  });
}

template <linalg::Scalar T>
double initial_curvature(const linalg::DistributedMatrix<T>& hamiltonian, const Diagonal& rho,
                         const Diagonal& observed) {
  double sum = 0.0;
  // A pair (a, b) and its mirror at once. Elements above the diagonal are zero.
  hamiltonian.for_each([&](auto row, auto column, const T& element) {
    const std::size_t a = row.offset();
    const std::size_t b = column.offset();
    sum += (rho[a] - rho[b]) * (observed[b] - observed[a]) * std::norm(element);
  });
  return 2.0 * sum;
}

template <linalg::Scalar T>
double initial_curvature(const linalg::DistributedMatrix<T>& hamiltonian, const Diagonal& rho,
                         const Diagonal& energy_i, const Diagonal& energy_j) {
  double sum = 0.0;
  hamiltonian.for_each([&](auto row, auto column, const T& element) {
    const std::size_t a = row.offset();
    const std::size_t b = column.offset();
    sum += (rho[a] + rho[b]) * (energy_i[b] - energy_i[a]) * (energy_j[b] - energy_j[a]) *
           std::norm(element);
  });
  return 2.0 * sum;
}

template double initial_curvature(const linalg::DistributedMatrix<double>&, const Diagonal&,
                                  const Diagonal&);
template double initial_curvature(const linalg::DistributedMatrix<std::complex<double>>&,
                                  const Diagonal&, const Diagonal&);
template double initial_curvature(const linalg::DistributedMatrix<double>&, const Diagonal&,
                                  const Diagonal&, const Diagonal&);
template double initial_curvature(const linalg::DistributedMatrix<std::complex<double>>&,
                                  const Diagonal&, const Diagonal&, const Diagonal&);
template void fill_hamiltonian(linalg::DistributedMatrix<double>&, double, const model::Coupling&,
                               const std::array<Diagonal, 2>&);
template void fill_hamiltonian(linalg::DistributedMatrix<std::complex<double>>&, double,
                               const model::Coupling&, const std::array<Diagonal, 2>&);

}  // namespace rmtheat::dynamics
