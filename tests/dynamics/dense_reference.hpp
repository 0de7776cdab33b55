#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dynamics/hermitian_eigensystem.hpp"
#include "rmtheat/dynamics/product_basis.hpp"
#include "rmtheat/model/experiment.hpp"

namespace rmtheat::test {

/// What a realization's averages should be, from whole matrices: S = exp(-iHt) by LAPACK's QR
/// iterations and plain sums, and lambda V S. No double sums over eigenstates, and the interaction
/// energy from V itself.
class DenseReference {
 public:
  using Complex = std::complex<double>;

  DenseReference(const model::Experiment& experiment, std::uint64_t realization)
      : size_(experiment.dimension()),
        energies_(dynamics::system_energies(model::draw_levels(experiment, realization))),
        interaction_(size_ * size_),
        propagator_(size_ * size_),
        image_(size_ * size_) {
    const auto coupling = model::draw_coupling(experiment, realization);
    for (std::size_t b = 0; b < size_; ++b) {
      for (std::size_t a = 0; a < size_; ++a) {
        interaction_[b * size_ + a] = experiment.strength * coupling->element(a, b);
      }
    }
    auto hamiltonian = interaction_;
    for (std::size_t a = 0; a < size_; ++a) {
      hamiltonian[a * (size_ + 1)] += energies_[0][a] + energies_[1][a];
    }
    eigensystem_ = hermitian_eigensystem(std::move(hamiltonian), size_);
  }

  void advance_to(double time) {
    std::vector<Complex> factor(size_ * size_);  // e^(-i eps_n t) conj(U_an) at (n, a)
    for (std::size_t n = 0; n < size_; ++n) {
      const Complex phase = std::polar(1.0, -eigensystem_.values[n] * time);
      for (std::size_t a = 0; a < size_; ++a) {
        factor[a * size_ + n] = phase * std::conj(eigensystem_.vectors[n * size_ + a]);
      }
    }
    multiply(eigensystem_.vectors, factor, propagator_);
    multiply(interaction_, propagator_, image_);
  }

  struct Averages {
    std::array<double, 2> energy{};
    std::array<double, 2> rate{};
    double interaction = 0.0;
    std::array<double, 3> second_moments{};
  };

  /// Of a diagonal initial operator, at the time advanced to.
  [[nodiscard]] Averages averages(const dynamics::Diagonal& weights) const {
    Averages result;
    for (std::size_t a = 0; a < size_; ++a) {
      for (std::size_t b = 0; b < size_; ++b) {
        const Complex psi = propagator_[a * size_ + b];
        const Complex product = std::conj(psi) * image_[a * size_ + b];
        result.interaction += weights[a] * product.real();
        for (std::size_t system = 0; system < 2; ++system) {
          result.energy[system] += weights[a] * energies_[system][b] * std::norm(psi);
          result.rate[system] += 2.0 * weights[a] * energies_[system][b] * product.imag();
        }
        for (std::size_t k = 0; k < 3; ++k) {
          result.second_moments[k] +=
              weights[a] * std::norm(psi) * change(k / 2, a, b) * change((k + 1) / 2, a, b);
        }
      }
    }
    return result;
  }

  /// Of each product state, at the time advanced to.
  [[nodiscard]] dynamics::Diagonal populations(const dynamics::Diagonal& weights) const {
    dynamics::Diagonal result(size_);
    for (std::size_t a = 0; a < size_; ++a) {
      for (std::size_t b = 0; b < size_; ++b) {
        result[b] += weights[a] * std::norm(propagator_[a * size_ + b]);
      }
    }
    return result;
  }

  /// <exp(-beta1 DeltaE_1 - beta2 DeltaE_2)> over two measurements, 1 exactly.
  [[nodiscard]] double fluctuation(const dynamics::Diagonal& weights,
                                   const model::Betas& betas) const {
    double sum = 0.0;
    for (std::size_t a = 0; a < size_; ++a) {
      for (std::size_t b = 0; b < size_; ++b) {
        sum += weights[a] * std::norm(propagator_[a * size_ + b]) *
               std::exp(-betas[0] * change(0, a, b) - betas[1] * change(1, a, b));
      }
    }
    return sum;
  }

 private:
  /// E_i of state b less that of a.
  [[nodiscard]] double change(std::size_t system, std::size_t a, std::size_t b) const {
    return energies_[system][b] - energies_[system][a];
  }

  void multiply(const std::vector<Complex>& left, const std::vector<Complex>& right,
                std::vector<Complex>& product) const {
    product.assign(size_ * size_, 0.0);
    for (std::size_t column = 0; column < size_; ++column) {
      for (std::size_t k = 0; k < size_; ++k) {
        const double re = right[column * size_ + k].real();
        const double im = right[column * size_ + k].imag();
        for (std::size_t row = 0; row < size_; ++row) {
          const Complex x = left[k * size_ + row];
          product[column * size_ + row] +=
              Complex(re * x.real() - im * x.imag(), re * x.imag() + im * x.real());
        }
      }
    }
  }

  std::size_t size_;
  std::array<dynamics::Diagonal, 2> energies_;
  std::vector<Complex> interaction_;  ///< lambda V, (D, D), column-major
  Eigensystem<Complex> eigensystem_;
  std::vector<Complex> propagator_;  ///< S
  std::vector<Complex> image_;       ///< lambda V S
};

}  // namespace rmtheat::test
