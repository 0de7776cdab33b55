#pragma once

#include <array>
#include <span>
#include <vector>

#include "rmtheat/model/coupling/law.hpp"

namespace rmtheat::theory {

/// The states between which one realization scatters, and the observable that does: the energies of
/// the product states, the initial weights and H = a_1 H_1 + a_2 H_2.
///
/// The D states are gathered in bins of the total energy, which hold the sums of w^i h^j that the
/// variances are made of: the work is that of the bins, at most about 10^3 squared, and D.
class ScatteringStates {
 public:
  /// Levels of both systems, the weights of each in the initial state, and (a_1, a_2): for the
  /// energy or the current of system 1 (1, 0), for the heat current heat_shares(). The levels may
  /// be fewer than those of the D states, but alike.
  ScatteringStates(const std::array<std::vector<double>, 2>& levels,
                   const std::array<std::vector<double>, 2>& weights,
                   const std::array<double, 2>& shares, double dimension);

  /// What of H is averaged over some times.
  enum class Quantity { energy, current };

  /// The mean over the times, less that of t = 0, and the couplings at leading order,
  /// (lambda^2/D) sum_ab p_a (h_b - h_a) <S>.
  [[nodiscard]] double mean(Quantity quantity, std::span<const double> times,
                            double strength) const;

  /// Variances of one realization's mean over the times, the levels being given, at leading order
  /// in lambda. With w = e_b - e_a, S(t) = |phi|^2, phi(t) = integral_0^t e^(iws) ds (for currents
  /// their derivatives in t), kappa = 1 for complex and 2 for real V, <.> the mean over the times:
  ///
  ///   by diagonalization   kappa (lambda^4/D^2) sum_(a < b) [<S> (p_a - p_b)(h_b - h_a)]^2
  ///
  /// from the variance of |V_ab|^2, as the second order of perturbation theory is a sum over them;
  ///
  ///   one Lanczos chain    (lambda^2/D) sum_ab p_a p_b (h_a - h_b)^2 |<phi>|^2
  ///
  /// from the random phases of its initial state, first order in V; real V has 2 (Im <phi>)^2 in
  /// place of |<phi>|^2. Both are of a Gaussian V with independent elements; once energies have
  /// relaxed both are too large, as is the curve at leading order, in about the same ratio.
  [[nodiscard]] double by_diagonalization(Quantity quantity, std::span<const double> times,
                                          double strength, const model::CouplingLaw& law) const;
  [[nodiscard]] double of_a_chain(Quantity quantity, std::span<const double> times, double strength,
                                  const model::CouplingLaw& law) const;

 private:
  /// sum p^i h^j of each bin.
  using Moments = std::array<std::array<double, 3>, 3>;

  /// sum_ab F(e_b - e_a) x_a y_b over bins a, b, `function` being F at multiples of the bins'
  /// width.
  [[nodiscard]] double sum(const std::vector<double>& function, const std::array<int, 2>& x,
                           const std::array<int, 2>& y) const;
  /// The mean of f over differences of two energies that are `distance` bins apart.
  template <class Function>
  [[nodiscard]] std::vector<double> tabulated(double last_time, Function f) const;

  double dimension_;  ///< D
  double states_;     ///< in the bins
  double width_;      ///< of a bin
  std::vector<Moments> bins_;
};

}  // namespace rmtheat::theory
