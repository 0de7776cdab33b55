#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "rmtheat/model/coupling/law.hpp"

namespace rmtheat::model {

/// Operators of one system each, (terms, N, N), every matrix column-major.
template <class T>
using Factors = std::array<std::vector<T>, 2>;

/// V = sum_k A_k (x) B_k for A_k on system 1 and B_k on system 2, known by these factors alone. V
/// must be Hermitian, its terms need not be. With the state as a matrix X, x_a = X_ij for a = i N2
/// + j, its product is V X = sum_k A_k X B_k^T, of K N1 N2 (N1 + N2) multiplications.
///
/// T is double where all factors are real. One thread at a time may multiply.
template <class T>
class ProductSum final : public Coupling {
 public:
  ProductSum(const std::array<std::size_t, 2>& sizes, std::shared_ptr<const Factors<T>> factors)
      : Coupling(sizes[0] * sizes[1]), sizes_(sizes), factors_(std::move(factors)) {}

  [[nodiscard]] std::complex<double> element(std::size_t row, std::size_t column) const override;
  using Coupling::draw_column;
  void draw_column(std::size_t row, std::size_t column, std::span<T> elements) const override;
  using Coupling::multiply;
  void multiply(std::span<const T> x, std::size_t first, std::span<T> rows) const override;

 private:
  [[nodiscard]] std::size_t terms() const {
    return (*factors_)[0].size() / (sizes_[0] * sizes_[0]);
  }

  std::array<std::size_t, 2> sizes_;
  std::shared_ptr<const Factors<T>> factors_;
  // Kept from product to product: fresh memory of this size costs a fault for each page.
  mutable std::vector<T> half_;
  mutable std::vector<T> product_;
};

/// Of K terms on systems of these sizes: what a CouplingLaw says of its cost.
inline double product_sum_operations(double terms, const std::array<std::size_t, 2>& sizes) {
  const auto n1 = static_cast<double>(sizes[0]);
  const auto n2 = static_cast<double>(sizes[1]);
  return terms * n1 * n2 * (n1 + n2);
}
inline double product_sum_numbers(double terms, const std::array<std::size_t, 2>& sizes) {
  const auto n1 = static_cast<double>(sizes[0]);
  const auto n2 = static_cast<double>(sizes[1]);
  return terms * (n1 * n1 + n2 * n2);
}

}  // namespace rmtheat::model
