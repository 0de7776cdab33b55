#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rmtheat/model/coupling/law.hpp"

namespace rmtheat::model {

/// V = sum_k A_k (x) B_k with operators A_k on system 1 and B_k on system 2 that are given, in the
/// basis of the levels; or, where only a file says what they were, what it says.
struct GivenOperators {
  std::size_t terms = 0;         ///< K
  bool real = false;             ///< every element of every operator
  double strength_factor = 0.0;  ///< sqrt(Tr V^2 / D)
  std::string digest;            ///< of the numbers as they were given
  double half_width = 0.0;       ///< sum_k |A_k| |B_k|, no less than the norm of V
  /// (terms, N, N) of each system, every matrix column-major. Empty where they are not at hand.
  std::array<std::vector<std::complex<double>>, 2> factors;

  [[nodiscard]] bool at_hand() const { return !factors[0].empty(); }
  [[nodiscard]] std::size_t size(std::size_t system) const;
};

/// The one V that these make, in every realization. Throws std::logic_error when asked for elements
/// of operators that are not at hand.
LawPointer given_coupling(std::shared_ptr<const GivenOperators> operators);

/// Fills in what follows from the factors: all but the digest.
void complete(GivenOperators& operators);

/// |V - V^dagger| / |V| (Frobenius), without D x D matrices: from K x K ones between bases of the
/// space that the operators and their adjoints span. 0 for V = 0.
[[nodiscard]] double hermiticity_defect(const GivenOperators& operators);

/// Of what V is on average over the other system, by which it shifts H_1 and H_2: root mean square
/// of the levels less their mean, over strength_factor.
[[nodiscard]] std::array<double, 2> mean_fields(const GivenOperators& operators);

/// A_k := U^dagger A_k U for every operator of a system, U (N, N) column-major.
void change_basis(GivenOperators& operators, std::size_t system,
                  const std::vector<std::complex<double>>& vectors);

}  // namespace rmtheat::model
