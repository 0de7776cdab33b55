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

template void fill_hamiltonian(linalg::DistributedMatrix<double>&, double, const model::Coupling&,
                               const std::array<Diagonal, 2>&);
template void fill_hamiltonian(linalg::DistributedMatrix<std::complex<double>>&, double,
                               const model::Coupling&, const std::array<Diagonal, 2>&);

}  // namespace rmtheat::dynamics
