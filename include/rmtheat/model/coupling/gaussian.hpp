#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <string_view>

#include "rmtheat/model/coupling/law.hpp"

namespace rmtheat::model {

/// The Gaussian ensembles, one full matrix on the whole product space. Elements are drawn from
/// (seed, realization, row, column) in the lower triangle and reflected. The spectrum fills [-2, 2]
/// as D grows, so that the coupling strength has units of energy.
enum class Family { unitary, orthogonal };

/// GUE: Hermitian, E|V_ab|^2 = 1/D for all a, b (diagonal real, variance 1/D).
LawPointer gaussian_unitary();
/// GOE: real symmetric, variance 1/D off the diagonal, 2/D on it.
LawPointer gaussian_orthogonal();
LawPointer full_coupling(Family family);

/// "gue", "GUE" and so on.
[[nodiscard]] constexpr std::string_view word_of(Family family) {
  return family == Family::unitary ? "gue" : "goe";
}
[[nodiscard]] constexpr std::string_view name_of(Family family) {
  return family == Family::unitary ? "GUE" : "GOE";
}

/// One V of such an ensemble.
std::unique_ptr<const Coupling> draw_gaussian(Family family, std::size_t dimension,
                                              std::uint64_t seed, std::uint64_t realization);

}  // namespace rmtheat::model
