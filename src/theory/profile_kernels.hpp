#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <utility>
#include <vector>

#include "band_nodes.hpp"
#include "rmtheat/theory/total_energy.hpp"
#include "symmetric_system.hpp"

namespace rmtheat::theory {

/// Complex columns as pairs of real ones, (rows, 2 columns).
class Columns {
 public:
  Columns(std::size_t rows, std::size_t columns) : matrix_(rows, 2 * columns) {}
  explicit Columns(Matrix matrix) : matrix_(std::move(matrix)) {}

  [[nodiscard]] std::size_t count() const { return matrix_.columns / 2; }
  [[nodiscard]] std::size_t rows() const { return matrix_.rows; }
  [[nodiscard]] Complex get(std::size_t row, std::size_t k) const {
    return {matrix_.column(2 * k)[row], matrix_.column(2 * k + 1)[row]};
  }
  void set(std::size_t row, std::size_t k, Complex value) {
    matrix_.column(2 * k)[row] = value.real();
    matrix_.column(2 * k + 1)[row] = value.imag();
  }
  [[nodiscard]] const Matrix& matrix() const { return matrix_; }

 private:
  Matrix matrix_;
};

/// One curve's kernel on the contour: Hermitian, its lower triangle row by row.
class HermitianKernel {
 public:
  explicit HermitianKernel(std::size_t size) : values_(size * (size + 1) / 2) {}
  [[nodiscard]] Complex& at(std::size_t row, std::size_t column) {
    return values_[row * (row + 1) / 2 + column];
  }
  [[nodiscard]] Complex operator()(std::size_t row, std::size_t column) const {
    return row >= column ? values_[row * (row + 1) / 2 + column]
                         : std::conj(values_[column * (column + 1) / 2 + row]);
  }

 private:
  std::vector<Complex> values_;
};

/// All kernels that follow from one initial state or response.
struct Kernels {
  Kernels(std::size_t size, std::size_t observables)
      : change(observables, HermitianKernel(size)), probability(size), interaction(size) {}
  std::vector<HermitianKernel> change;  ///< of each observable
  HermitianKernel probability;          ///< change of the sum of all probabilities
  HermitianKernel interaction;
};

}  // namespace rmtheat::theory
