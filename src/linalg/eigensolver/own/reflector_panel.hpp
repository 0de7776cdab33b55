#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rmtheat/linalg/distributed_matrix.hpp"

namespace rmtheat::linalg {

/// A panel of k Householder reflectors 1 - tau_i v_i v_i^dagger, multiplied onto local columns as
/// one: their product is 1 - V T V^dagger with
///
///   T^(-1) = diag(1/tau) + (strict upper triangle of V^dagger V)
///
/// (Puglisi 1992; Joffrain et al., ACM TOMS 32, 169 (2006)).
///
/// Complex columns must have been split by split_columns(). Each complex product is then three real
/// ones instead of four, in the form whose sums are taken in place: for V W, with V = A + iB and
/// W = C + iD,
///
///   K = A (C + D),  real part K - (A + B) D,  imaginary part K - (A - B) C.
///
/// The error is bounded relative to |V| |W| for each part, not componentwise (Higham, Accuracy and
/// Stability of Numerical Algorithms, section 23.2.4).
template <Scalar T>
class ReflectorPanel {
 public:
  using Index = BlockCyclic::Index;

  /// Allocates for panels of up to `rows` rows and `width` reflectors.
  ReflectorPanel(Index rows, Index width);

  /// Numbers of type T that it keeps, at most.
  static Index workspace(Index rows, Index width);

  /// Where V goes, (rows, width), before set_factors() is called.
  [[nodiscard]] T* reflectors() { return reflectors_.data(); }

  /// Takes the tau of each reflector, (width), with V of `rows` rows in reflectors().
  void set_factors(std::span<const T> tau, Index rows);

  /// C := (1 - V T V^dagger) C for the rows [first, first + rows) of columns of `leading` rows.
  void apply(std::span<T> columns, Index leading, Index first);

 private:
  void split_reflectors();
  void apply_to_tile(T* columns, Index leading, Index first, Index count);

  Index rows_ = 0;
  Index width_ = 0;
  HugePageVector<T> reflectors_;  ///< V; complex: A and A + B, column by column
  HugePageVector<T> triangle_;    ///< T^(-dagger), lower, (width, width)
  HugePageVector<T> product_;     ///< V^dagger C, then T V^dagger C, (width, tile)
  // Complex columns only.
  HugePageVector<double> difference_;  ///< A - B, (rows, width)
  HugePageVector<double> common_;      ///< C + D, then K, (rows, tile)
  std::vector<double> parts_;          ///< of product_: real, imaginary, their sum
};

}  // namespace rmtheat::linalg
