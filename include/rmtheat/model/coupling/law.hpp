#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "rmtheat/model/levels.hpp"

namespace rmtheat::model {

/// The coupling matrix V of one realization, D x D, Hermitian, as a function of row and column: the
/// same on every process grid.
class Coupling {
 public:
  explicit Coupling(std::size_t dimension) : dimension_(dimension) {}
  Coupling(const Coupling&) = delete;
  Coupling(Coupling&&) = delete;
  Coupling& operator=(const Coupling&) = delete;
  Coupling& operator=(Coupling&&) = delete;
  virtual ~Coupling() = default;

  [[nodiscard]] std::size_t dimension() const { return dimension_; }

  /// V_(row, column), of real laws with imaginary part zero.
  [[nodiscard]] virtual std::complex<double> element(std::size_t row, std::size_t column) const = 0;

  /// V_(row + k, column) for all k of the span, bitwise as element(). `row` is at least `column`;
  /// real elements are of real laws alone.
  virtual void draw_column(std::size_t row, std::size_t column, std::span<double> elements) const;
  virtual void draw_column(std::size_t row, std::size_t column,
                           std::span<std::complex<double>> elements) const;

  /// Rows first, first + 1, ... of V x, with x of length D; element by element unless the law
  /// has_product().
  virtual void multiply(std::span<const double> x, std::size_t first, std::span<double> rows) const;
  virtual void multiply(std::span<const std::complex<double>> x, std::size_t first,
                        std::span<std::complex<double>> rows) const;

 private:
  std::size_t dimension_;
};

/// The law that coupling matrices are drawn from, and all that others must know of it: engines,
/// cost and memory models, the choice of a method and predictions ask it.
///
/// Adding a law is one class in a file of its own and one row of coupling_table().
class CouplingLaw {
 public:
  CouplingLaw() = default;
  CouplingLaw(const CouplingLaw&) = delete;
  CouplingLaw(CouplingLaw&&) = delete;
  CouplingLaw& operator=(const CouplingLaw&) = delete;
  CouplingLaw& operator=(CouplingLaw&&) = delete;
  virtual ~CouplingLaw() = default;

  /// In options and files: "gue".
  [[nodiscard]] virtual std::string_view word() const = 0;
  /// In messages: "GUE".
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// V of one realization, a pure function of its levels (N1, N2; D = N1 N2) and these numbers.
  [[nodiscard]] virtual std::unique_ptr<const Coupling> draw(const SystemLevels& levels,
                                                             std::uint64_t seed,
                                                             std::uint64_t realization) const = 0;

  /// True where every V is real symmetric.
  [[nodiscard]] virtual bool is_real() const = 0;
  /// True for the Gaussian ensemble of all complex (real: real) matrices with E|V_ab|^2 = 1/D off
  /// the diagonal, which looks alike in every basis: only that may be drawn as it is used.
  [[nodiscard]] virtual bool is_invariant() const { return false; }
  /// False where every realization has the same V.
  [[nodiscard]] virtual bool is_random() const { return true; }
  /// True where Coupling::multiply() takes less than D^2 operations, so that no V need be stored.
  [[nodiscard]] virtual bool has_product() const { return false; }
  /// E|V_ab|^2 between product states of these levels, a = i N2 + j.
  [[nodiscard]] virtual double second_moment(std::size_t row, std::size_t column,
                                             const SystemLevels& levels) const = 0;
  /// g(w) with g(0) = 1: E|V_ab|^2 is g(e_a - e_b)/D, to order 1/D, with the total energies e.
  [[nodiscard]] virtual double profile(double /*energy_difference*/) const { return 1.0; }
  [[nodiscard]] virtual bool has_profile() const { return false; }
  /// Of a sum of K products A_k (x) B_k: 1/K, the weight of contractions that pair its factors in
  /// one system otherwise than in the other. 0 where V has no factors.
  [[nodiscard]] virtual double mixed_pairing_weight() const { return 0.0; }
  /// sqrt(Tr V^2 / D) of the one V there is; of random laws 1, their root mean square up to 1/D.
  [[nodiscard]] virtual double strength_factor() const { return 1.0; }
  /// The spectrum of V lies in [-half_width(), half_width()] as D grows.
  [[nodiscard]] virtual double half_width() const = 0;
  /// True where the prediction of this name, "lo", "nlo", ..., is one for this law.
  [[nodiscard]] virtual bool predicts(std::string_view /*prediction*/) const { return false; }
};

using LawPointer = std::shared_ptr<const CouplingLaw>;

}  // namespace rmtheat::model
