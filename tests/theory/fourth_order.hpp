#pragma once

#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <utility>
#include <vector>

#include "rmtheat/model/experiment.hpp"
#include "rmtheat/theory/time_grid.hpp"

namespace rmtheat::theory {

/// The divided difference of e^(-i e t) over these energies, which may coincide: the corner element
/// of the exponential of a bidiagonal matrix (Opitz), by its Taylor series and repeated squaring.
inline Complex divided_difference(const std::vector<double>& energies, double time) {
  constexpr int squarings = 6;
  constexpr int terms = 20;
  const std::size_t n = energies.size();
  using Elements = std::vector<Complex>;
  const auto product = [n](const Elements& a, const Elements& b) {
    Elements c(n * n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = i; k < n; ++k) {
        for (std::size_t j = k; j < n; ++j) {
          c[i * n + j] += a[i * n + k] * b[k * n + j];
        }
      }
    }
    return c;
  };
  const Complex scale = Complex(0.0, -time) / std::pow(2.0, squarings);
  Elements exponent(n * n);
  Elements identity(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    identity[i * n + i] = 1.0;
    exponent[i * n + i] = scale * energies[i];
    if (i + 1 < n) {
      exponent[i * n + i + 1] = scale;
    }
  }
  Elements result = identity;
  for (int term = terms; term > 0; --term) {  // Horner's scheme
    result = product(exponent, result);
    for (std::size_t i = 0; i < n * n; ++i) {
      result[i] = result[i] / static_cast<double>(term) + identity[i];
    }
  }
  for (int k = 0; k < squarings; ++k) {
    result = product(result, result);
  }
  return result[n - 1];
}

/// Fourth-order perturbation theory in one matrix V, averaged over GUE or GOE by all three Wick
/// pairings.
///
/// rho(t) at this order is a sum over closed walks s0 -> s1 -> s2 -> s3 -> s0 of four elements of
/// V; n of them belong to the ket, which ends in state s_n.
class FourthOrder {
 public:
  FourthOrder(const std::vector<double>& levels_1, const std::vector<double>& levels_2,
              model::Betas betas, double time)
      : time_(time) {
    const auto weights_1 = model::thermal_weights(levels_1, betas[0]);
    const auto weights_2 = model::thermal_weights(levels_2, betas[1]);
    for (std::size_t i = 0; i < levels_1.size(); ++i) {
      for (std::size_t j = 0; j < levels_2.size(); ++j) {
        energies_[0].push_back(levels_1[i]);
        energies_[1].push_back(levels_2[j]);
        weights_.push_back(weights_1[i] * weights_2[j]);
      }
    }
  }

  /// The energy changes of both systems, and the part of them from crossed pairings.
  struct Result {
    std::array<double, 2> change{};
    std::array<double, 2> crossed{};
  };
  [[nodiscard]] Result average() const {
    const std::size_t size = weights_.size();
    const double pairing = 1.0 / static_cast<double>(size * size);
    Result result;
    for (std::size_t a = 0; a < size; ++a) {
      for (std::size_t b = 0; b < size; ++b) {
        for (std::size_t c = 0; c < size; ++c) {
          add_walk(result.change, pairing, {a, b, a, c});  // <V12><V34>
          add_walk(result.change, pairing, {a, b, c, b});  // <V23><V41>
        }
      }
      add_walk(result.crossed, pairing, {a, a, a, a});  // <V13><V24>
    }
    for (std::size_t i = 0; i < 2; ++i) {
      result.change[i] += result.crossed[i];
    }
    return result;
  }

  /// The energy changes averaged over GOE, where E V_ab V_cd has the transposed term as well.
  [[nodiscard]] std::array<double, 2> orthogonal_average() const {
    const std::size_t size = weights_.size();
    using Element = std::array<std::size_t, 2>;
    const auto paired = [size](const Element& x, const Element& y) {
      const double same = x == y ? 1.0 : 0.0;
      const double transposed = x[0] == y[1] && x[1] == y[0] ? 1.0 : 0.0;
      return (same + transposed) / static_cast<double>(size);
    };
    return sum_over_walks([&](const std::array<std::size_t, 4>& walk) {
      const std::array<Element, 4> v = {Element{walk[0], walk[1]}, Element{walk[1], walk[2]},
                                        Element{walk[2], walk[3]}, Element{walk[3], walk[0]}};
      return paired(v[0], v[1]) * paired(v[2], v[3]) + paired(v[0], v[2]) * paired(v[1], v[3]) +
             paired(v[0], v[3]) * paired(v[1], v[2]);
    });
  }

  /// The energy changes for any moments E V_(s0 s1) V_(s1 s2) V_(s2 s3) V_(s3 s0) of the walk s.
  template <class Moment>
  [[nodiscard]] std::array<double, 2> sum_over_walks(Moment moment) const {
    const std::size_t size = weights_.size();
    std::array<double, 2> change{};
    for (std::size_t code = 0; code < size * size * size * size; ++code) {
      const std::array walk = {code % size, code / size % size, code / (size * size) % size,
                               code / (size * size * size)};
      const double value = moment(walk);
      if (value != 0.0) {
        add_walk(change, value, walk);
      }
    }
    return change;
  }

 private:
  void add_walk(std::array<double, 2>& sum, double factor, std::array<std::size_t, 4> walk) const {
    const std::array<std::size_t, 5> states = {walk[0], walk[1], walk[2], walk[3], walk[0]};
    for (std::size_t n = 0; n < 5; ++n) {
      std::vector<double> ket;
      std::vector<double> bra;
      for (std::size_t k = 0; k < 5; ++k) {
        const double total = energies_[0][states[k]] + energies_[1][states[k]];
        if (k <= n) {
          ket.push_back(total);
        }
        if (k >= n) {
          bra.push_back(total);
        }
      }
      const double amplitude =
          (divided_difference(ket, time_) * std::conj(divided_difference(bra, time_))).real();
      for (std::size_t i = 0; i < 2; ++i) {
        sum[i] += factor * weights_[walk[0]] * energies_[i][states[n]] * amplitude;
      }
    }
  }

  double time_;
  std::array<std::vector<double>, 2> energies_;
  std::vector<double> weights_;
};

}  // namespace rmtheat::theory
