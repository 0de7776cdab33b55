#include "rmtheat/dynamics/diagonalization/hamiltonian.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace rmtheat::dynamics {
namespace {

/// Of the elements of a column that begin in a row, how many stand above the diagonal.
std::size_t count_above(std::size_t row, std::size_t column, std::size_t elements) {
  return column > row ? std::min(column - row, elements) : 0;
}

}  // namespace

template <linalg::Scalar T>
void fill_hamiltonian(linalg::DistributedMatrix<T>& matrix, double strength,
                      const model::Coupling& coupling, const std::array<Diagonal, 2>& energies) {
  matrix.for_each_run([&](auto first, auto in_column, std::span<T> elements) {
    const std::size_t row = first.offset();
    const std::size_t column = in_column.offset();
    const std::size_t above = count_above(row, column, elements.size());
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
std::vector<double> initial_curvatures(const linalg::DistributedMatrix<T>& hamiltonian,
                                       const std::array<Diagonal, 2>& energies,
                                       const std::vector<InitialOperator>& initial) {
  std::vector<std::array<double, 2>> of_energies(initial.size());
  std::vector<std::array<double, 3>> of_moments(initial.size());
  // A pair (a, b) and its mirror at once; elements above the diagonal are zero.
  hamiltonian.for_each_run([&](auto first, auto in_column, std::span<const T> elements) {
    const std::size_t row = first.offset();
    const std::size_t b = in_column.offset();
    for (std::size_t i = count_above(row, b, elements.size()); i < elements.size(); ++i) {
      const std::size_t a = row + i;
      const double rate = std::norm(elements[i]);
      const double up_1 = energies[0][b] - energies[0][a];
      const double up_2 = energies[1][b] - energies[1][a];
      for (std::size_t k = 0; k < initial.size(); ++k) {
        const double of_a = rate * initial[k].weights[a];
        const double of_b = rate * initial[k].weights[b];
        of_energies[k][0] += (of_a - of_b) * up_1;
        of_energies[k][1] += (of_a - of_b) * up_2;
        if (initial[k].with_second_moments) {
          of_moments[k][0] += (of_a + of_b) * up_1 * up_1;
          of_moments[k][1] += (of_a + of_b) * up_1 * up_2;
          of_moments[k][2] += (of_a + of_b) * up_2 * up_2;
        }
      }
    }
  });
  std::vector<double> result;
  for (const auto& sums : of_energies) {
    result.insert(result.end(), sums.begin(), sums.end());
  }
  for (std::size_t k = 0; k < initial.size(); ++k) {
    if (initial[k].with_second_moments) {
      result.insert(result.end(), of_moments[k].begin(), of_moments[k].end());
    }
  }
  std::ranges::for_each(result, [](double& sum) { sum *= 2.0; });
  return result;
}

template std::vector<double> initial_curvatures(const linalg::DistributedMatrix<double>&,
                                                const std::array<Diagonal, 2>&,
                                                const std::vector<InitialOperator>&);
template std::vector<double> initial_curvatures(
    const linalg::DistributedMatrix<std::complex<double>>&, const std::array<Diagonal, 2>&,
    const std::vector<InitialOperator>&);
template void fill_hamiltonian(linalg::DistributedMatrix<double>&, double, const model::Coupling&,
                               const std::array<Diagonal, 2>&);
template void fill_hamiltonian(linalg::DistributedMatrix<std::complex<double>>&, double,
                               const model::Coupling&, const std::array<Diagonal, 2>&);

}  // namespace rmtheat::dynamics
