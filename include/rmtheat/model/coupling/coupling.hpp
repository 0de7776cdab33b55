#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "rmtheat/support/philox.hpp"

namespace rmtheat::model {

enum class CouplingEnsemble {
  gue,  ///< Hermitian, E|V_ab|^2 = 1/D for all a, b (diagonal real, variance 1/D)
  goe,  ///< real symmetric, variance 1/D off the diagonal, 2/D on it
};

/// What there is to know of an ensemble besides its elements.
struct CouplingEnsembleInfo {
  CouplingEnsemble ensemble;
  std::string_view word;  ///< in options
  std::string_view name;
  bool real;  ///< its matrices are
};

/// All ensembles, in the order of the enumeration.
inline constexpr std::array<CouplingEnsembleInfo, 2> coupling_table = {
    {{CouplingEnsemble::gue, "gue", "GUE", false}, {CouplingEnsemble::goe, "goe", "GOE", true}}};

constexpr const CouplingEnsembleInfo& info(CouplingEnsemble ensemble) {
  return coupling_table[static_cast<std::size_t>(ensemble)];
}

/// The coupling matrix V of one realization, D x D, as a function of row and column.
///
/// In both ensembles the spectrum fills [-2, 2] as D grows, so that the coupling strength has units
/// of energy. Elements are drawn from (seed, realization, row, column) in the lower triangle and
/// reflected, so V is Hermitian by construction and the same on every process grid.
class CouplingMatrix {
 public:
  CouplingMatrix(CouplingEnsemble ensemble, std::size_t dimension, std::uint64_t seed,
                 std::uint64_t realization);

  [[nodiscard]] CouplingEnsemble ensemble() const { return ensemble_; }
  [[nodiscard]] std::size_t dimension() const { return dimension_; }

  /// V_(row, column). For `goe` the imaginary part is zero.
  [[nodiscard]] std::complex<double> element(std::size_t row, std::size_t column) const;

  /// V_(row + k, column) for all k of the span, bitwise as element(). `row` is at least `column`; T
  /// is double for real ensembles alone, complex for all.
  template <class T>
  void draw_column(std::size_t row, std::size_t column, std::span<T> elements) const;

 private:
  /// An element on or below the diagonal from two Gaussian numbers: where an ensemble is defined.
  [[nodiscard]] std::complex<double> lower_element(bool on_diagonal, double x, double y) const;

  CouplingEnsemble ensemble_;
  std::size_t dimension_;
  PhiloxStream random_;
  double deviation_;  ///< standard deviation of an off-diagonal element
};

extern template void CouplingMatrix::draw_column(std::size_t, std::size_t, std::span<double>) const;
extern template void CouplingMatrix::draw_column(std::size_t, std::size_t,
                                                 std::span<std::complex<double>>) const;

}  // namespace rmtheat::model
