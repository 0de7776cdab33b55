#pragma once

#include <string_view>

#include "rmtheat/model/coupling/gaussian.hpp"

namespace rmtheat::model {

/// How the variance of matrix elements falls off with the energy w that they transfer.
enum class Profile {
  gaussian,    ///< g(w) = exp(-w^2 / (2 bandwidth^2))
  lorentzian,  ///< g(w) = 1 / (1 + (w / bandwidth)^2)
};

[[nodiscard]] constexpr std::string_view word_of(Profile profile) {
  return profile == Profile::gaussian ? "gaussian" : "lorentzian";
}

/// A Gaussian matrix of a family with E|V_ab|^2 = g(e_a - e_b) / D, e the total energies of the
/// product states (orthogonal: twice that on the diagonal). g(0) = 1 keeps golden-rule rates. From
/// the same random numbers as the full matrix, which it is for an infinite bandwidth.
LawPointer gaussian_band(Family family, double bandwidth, Profile profile);

}  // namespace rmtheat::model
