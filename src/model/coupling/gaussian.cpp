#include "rmtheat/model/coupling/gaussian.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <type_traits>

#include "rmtheat/support/philox.hpp"

namespace rmtheat::model {
namespace {

using Complex = std::complex<double>;

class GaussianCoupling final : public Coupling {
 public:
  GaussianCoupling(Family family, std::size_t dimension, std::uint64_t seed,
                   std::uint64_t realization)
      : Coupling(dimension),
        family_(family),
        random_(seed, realization, Stream::coupling),
        deviation_(1.0 / std::sqrt(static_cast<double>(dimension))) {}

  [[nodiscard]] Complex element(std::size_t row, std::size_t column) const override {
    const auto [lower, upper] = std::minmax(row, column);
    const auto [x, y] = random_.gaussian_pair(upper, lower);
    const auto element = lower_element(row == column, x, y);
    return row < column ? std::conj(element) : element;
  }

  void draw_column(std::size_t row, std::size_t column, std::span<double> elements) const override {
    draw(row, column, elements);
  }
  void draw_column(std::size_t row, std::size_t column,
                   std::span<Complex> elements) const override {
    draw(row, column, elements);
  }

 private:
  /// An element on or below the diagonal from two Gaussian numbers: where the families are defined.
  [[nodiscard]] Complex lower_element(bool on_diagonal, double x, double y) const {
    if (family_ == Family::orthogonal) {
      return on_diagonal ? deviation_ * std::numbers::sqrt2 * x : deviation_ * x;
    }
    if (on_diagonal) {
      return deviation_ * x;
    }
    const double part = deviation_ / std::numbers::sqrt2;
    return {part * x, part * y};
  }

  template <class T>
  void draw(std::size_t row, std::size_t column, std::span<T> elements) const {
    random_.for_each_gaussian_pair(row, column, elements.size(),
                                   [&](std::size_t k, double x, double y) {
                                     const auto element = lower_element(row + k == column, x, y);
                                     if constexpr (std::is_same_v<T, double>) {
                                       elements[k] = element.real();
                                     } else {
                                       elements[k] = element;
                                     }
                                   });
  }

  Family family_;
  PhiloxStream random_;
  double deviation_;  ///< standard deviation of an off-diagonal element
};

class GaussianLaw final : public CouplingLaw {
 public:
  explicit GaussianLaw(Family family) : family_(family) {}

  [[nodiscard]] std::string_view word() const override { return "full"; }
  [[nodiscard]] std::string_view name() const override { return name_of(family_); }
  [[nodiscard]] LawParameters parameters() const override {
    LawParameters parameters;
    parameters.family = word_of(family_);
    return parameters;
  }
  [[nodiscard]] std::unique_ptr<const Coupling> draw(const SystemLevels& levels, std::uint64_t seed,
                                                     std::uint64_t realization) const override {
    return draw_gaussian(family_, levels[0].size() * levels[1].size(), seed, realization);
  }
  [[nodiscard]] bool is_real() const override { return family_ == Family::orthogonal; }
  [[nodiscard]] bool is_invariant() const override { return true; }
  [[nodiscard]] double second_moment(std::size_t row, std::size_t column,
                                     const SystemLevels& levels) const override {
    return (is_real() && row == column ? 2.0 : 1.0) /
           static_cast<double>(levels[0].size() * levels[1].size());
  }
  [[nodiscard]] double half_width() const override { return 2.0; }
  /// Every one: the formulas are those of one full Gaussian matrix.
  [[nodiscard]] bool predicts(std::string_view /*prediction*/) const override { return true; }

 private:
  Family family_;
};

}  // namespace

std::unique_ptr<const Coupling> draw_gaussian(Family family, std::size_t dimension,
                                              std::uint64_t seed, std::uint64_t realization) {
  return std::make_unique<GaussianCoupling>(family, dimension, seed, realization);
}

LawPointer full_coupling(Family family) {
  return family == Family::unitary ? gaussian_unitary() : gaussian_orthogonal();
}

LawPointer gaussian_unitary() {
  static const auto law = std::make_shared<const GaussianLaw>(Family::unitary);
  return law;
}

LawPointer gaussian_orthogonal() {
  static const auto law = std::make_shared<const GaussianLaw>(Family::orthogonal);
  return law;
}

}  // namespace rmtheat::model
