#pragma once

#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <vector>

#include "rmtheat/model/experiment.hpp"

namespace rmtheat::test {

/// Everything that a realization's trajectory should be, computed without eigenvectors and without
/// any linear algebra library: rho(t) = S rho(0) S^dagger with S = exp(-iHt) summed as a power
/// series, expectation values as plain traces, currents as Tr rho(t) i lambda [V, H_i].
class TaylorReference {
 public:
  using Complex = std::complex<double>;
  using Matrix = std::vector<Complex>;  // (D, D), row-major

  TaylorReference(const model::Experiment& experiment, std::uint64_t realization)
      : strength_(experiment.strength),
        levels_(model::draw_levels(experiment, realization)),
        size_(experiment.dimension()),
        coupling_(size_ * size_) {
    const auto coupling = model::draw_coupling(experiment, realization);
    const std::size_t n2 = experiment.systems[1].size;
    for (std::size_t a = 0; a < size_; ++a) {
      energies_[0].push_back(levels_[0][a / n2]);
      energies_[1].push_back(levels_[1][a % n2]);
      for (std::size_t b = 0; b < size_; ++b) {
        coupling_[a * size_ + b] = coupling->element(a, b);
      }
    }
  }

  struct Averages {
    double trace = 0.0;
    std::array<double, 2> energy{};
    std::array<double, 2> current{};
    double interaction = 0.0;
  };

  /// Averages at time t of the state exp(-beta1 H_1 - beta2 H_2)/Z.
  [[nodiscard]] Averages averages(const model::InitialState& state, double t) const {
    const auto [beta1, beta2] = state.betas().value();
    std::vector<double> weights(size_);
    double partition = 0.0;
    for (std::size_t a = 0; a < size_; ++a) {
      weights[a] = std::exp(-beta1 * energies_[0][a] - beta2 * energies_[1][a]);
      partition += weights[a];
    }
    for (double& weight : weights) {
      weight /= partition;
    }
    const Matrix s = propagator(t);
    Matrix rho(size_ * size_);
    for (std::size_t a = 0; a < size_; ++a) {
      for (std::size_t b = 0; b < size_; ++b) {
        for (std::size_t c = 0; c < size_; ++c) {
          rho[a * size_ + b] += s[a * size_ + c] * weights[c] * std::conj(s[b * size_ + c]);
        }
      }
    }
    Averages result;
    for (std::size_t a = 0; a < size_; ++a) {
      const double occupation = rho[a * size_ + a].real();
      result.trace += occupation;
      result.energy[0] += occupation * energies_[0][a];
      result.energy[1] += occupation * energies_[1][a];
      for (std::size_t b = 0; b < size_; ++b) {
        const Complex element = strength_ * coupling_[a * size_ + b] * rho[b * size_ + a];
        result.interaction += element.real();
        for (std::size_t i = 0; i < 2; ++i) {
          // (i [V, H_i])_ab = i V_ab (E_b - E_a)
          result.current[i] -= element.imag() * (energies_[i][b] - energies_[i][a]);
        }
      }
    }
    return result;
  }

 private:
  /// exp(-iHt), by the power series for a fraction of t and repeated squaring.
  [[nodiscard]] Matrix propagator(double t) const {
    constexpr int squarings = 8;
    const double step = t / std::pow(2.0, squarings);
    Matrix generator(size_ * size_);
    for (std::size_t a = 0; a < size_; ++a) {
      for (std::size_t b = 0; b < size_; ++b) {
        const double diagonal = a == b ? energies_[0][a] + energies_[1][a] : 0.0;
        generator[a * size_ + b] =
            Complex(0.0, -step) * (strength_ * coupling_[a * size_ + b] + diagonal);
      }
    }
    Matrix sum(size_ * size_);
    Matrix term(size_ * size_);
    for (std::size_t a = 0; a < size_; ++a) {
      sum[a * size_ + a] = term[a * size_ + a] = 1.0;
    }
    for (int order = 1; order <= 24; ++order) {
      term = product(term, generator);
      for (std::size_t k = 0; k < term.size(); ++k) {
        term[k] /= order;
        sum[k] += term[k];
      }
    }
    for (int k = 0; k < squarings; ++k) {
      sum = product(sum, sum);
    }
    return sum;
  }

  [[nodiscard]] Matrix product(const Matrix& left, const Matrix& right) const {
    Matrix result(size_ * size_);
    for (std::size_t a = 0; a < size_; ++a) {
      for (std::size_t c = 0; c < size_; ++c) {
        for (std::size_t b = 0; b < size_; ++b) {
          result[a * size_ + b] += left[a * size_ + c] * right[c * size_ + b];
        }
      }
    }
    return result;
  }

  double strength_;
  std::array<std::vector<double>, 2> levels_;
  std::size_t size_;
  Matrix coupling_;
  std::array<std::vector<double>, 2> energies_;
};

}  // namespace rmtheat::test
