#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <vector>

#include "rmtheat/model/experiment.hpp"

namespace rmtheat::test {

/// What the evolution of a pure state should be, without eigenvectors, Krylov spaces or a linear
/// algebra library: exp(-iHt) psi by the power series in short steps, with H stored in full.
class PureStateReference {
 public:
  using Complex = std::complex<double>;
  using Vector = std::vector<Complex>;

  /// With `sign` times the coupling of this realization.
  PureStateReference(const model::Experiment& experiment, std::uint64_t realization,
                     double sign = 1.0)
      : size_(experiment.dimension()), interaction_(size_ * size_), hamiltonian_(size_ * size_) {
    const auto levels = model::draw_levels(experiment, realization);
    const auto coupling = model::draw_coupling(experiment, realization);
    const std::size_t n2 = experiment.systems[1].size;
    for (std::size_t a = 0; a < size_; ++a) {
      energies_[0].push_back(levels[0][a / n2]);
      energies_[1].push_back(levels[1][a % n2]);
      double row_sum = 0.0;
      for (std::size_t b = 0; b < size_; ++b) {
        Complex& element = hamiltonian_[b * size_ + a];
        element = sign * experiment.strength * coupling->element(a, b);
        interaction_[b * size_ + a] = element;
        element += a == b ? energies_[0][a] + energies_[1][a] : 0.0;
        row_sum += std::abs(element);
      }
      bound_ = std::max(bound_, row_sum);
    }
  }

  struct Averages {
    std::array<double, 2> energy{};
    std::array<double, 2> rate{};
    double interaction = 0.0;  ///< from the matrix elements of V alone
  };

  /// Averages in exp(-iHt) psi for each of these ascending times.
  [[nodiscard]] std::vector<Averages> averages(Vector psi, const std::vector<double>& times) const {
    std::vector<Averages> result;
    double now = 0.0;
    for (const double time : times) {
      advance(psi, time - now);
      now = time;
      const Vector image = product(hamiltonian_, psi);
      const Vector coupled = product(interaction_, psi);
      Averages at_time;
      for (std::size_t a = 0; a < size_; ++a) {
        at_time.interaction += (std::conj(psi[a]) * coupled[a]).real();
        for (std::size_t i = 0; i < 2; ++i) {
          // d/dt <H_i> = 2 Re <dpsi/dt|H_i|psi> with dpsi/dt = -i H psi
          at_time.energy[i] += energies_[i][a] * std::norm(psi[a]);
          at_time.rate[i] += 2.0 * energies_[i][a] * (std::conj(psi[a]) * image[a]).imag();
        }
      }
      result.push_back(at_time);
    }
    return result;
  }

 private:
  void advance(Vector& psi, double duration) const {
    const int steps = static_cast<int>(std::ceil(duration * bound_ / 6.0));
    for (int step = 0; step < steps; ++step) {
      Vector term = psi;
      double largest = 1.0;
      for (int order = 1; largest > 1e-18; ++order) {
        term = product(hamiltonian_, term);
        largest = 0.0;
        for (std::size_t a = 0; a < size_; ++a) {
          term[a] *= Complex(0.0, -duration / (steps * order));
          psi[a] += term[a];
          largest = std::max(largest, std::norm(term[a]));
        }
        largest = std::sqrt(largest);
      }
    }
  }

  /// In real numbers, for complex products look for infinities each time, and column by column, for
  /// sums that wait for each other are slow.
  [[nodiscard]] Vector product(const Vector& matrix, const Vector& psi) const {
    std::vector<double> real(size_);
    std::vector<double> imaginary(size_);
    for (std::size_t b = 0; b < size_; ++b) {
      const double x = psi[b].real();
      const double y = psi[b].imag();
      const Complex* column = &matrix[b * size_];
      for (std::size_t a = 0; a < size_; ++a) {
        real[a] += column[a].real() * x - column[a].imag() * y;
        imaginary[a] += column[a].real() * y + column[a].imag() * x;
      }
    }
    Vector image(size_);
    for (std::size_t a = 0; a < size_; ++a) {
      image[a] = {real[a], imaginary[a]};
    }
    return image;
  }

  std::size_t size_;
  Vector interaction_;  ///< lambda V, (D, D), column-major
  Vector hamiltonian_;  ///< likewise
  double bound_ = 0.0;  ///< on the norm of H
  std::array<std::vector<double>, 2> energies_;
};

}  // namespace rmtheat::test
