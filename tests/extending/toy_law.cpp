#include <algorithm>

#include "extending/toys.hpp"
#include "rmtheat/support/philox.hpp"

namespace rmtheat::test {
namespace {

class ToyCoupling final : public model::Coupling {
 public:
  ToyCoupling(std::size_t dimension, std::uint64_t seed, std::uint64_t realization)
      : Coupling(dimension), random_(seed, realization, Stream::coupling) {}

  [[nodiscard]] std::complex<double> element(std::size_t row, std::size_t column) const override {
    const auto [lower, upper] = std::minmax(row, column);
    return upper == lower + 1 ? 2.0 * random_.uniform_pair(upper, lower)[0] - 1.0 : 0.0;
  }

  using Coupling::multiply;
  void multiply(std::span<const double> x, std::size_t first,
                std::span<double> rows) const override {
    for (std::size_t k = 0; k < rows.size(); ++k) {
      const std::size_t row = first + k;
      rows[k] = (row > 0 ? element(row, row - 1).real() * x[row - 1] : 0.0) +
                (row + 1 < x.size() ? element(row, row + 1).real() * x[row + 1] : 0.0);
    }
  }

 private:
  PhiloxStream random_;
};

class ToyLaw final : public model::CouplingLaw {
 public:
  [[nodiscard]] std::string_view word() const override { return "toy"; }
  [[nodiscard]] std::string_view name() const override { return "toy chain"; }
  [[nodiscard]] std::unique_ptr<const model::Coupling> draw(
      const model::SystemLevels& levels, std::uint64_t seed,
      std::uint64_t realization) const override {
    return std::make_unique<ToyCoupling>(levels[0].size() * levels[1].size(), seed, realization);
  }
  [[nodiscard]] bool is_real() const override { return true; }
  [[nodiscard]] bool has_product() const override { return true; }
  [[nodiscard]] double second_moment(std::size_t row, std::size_t column,
                                     const model::SystemLevels& /*levels*/) const override {
    return std::max(row, column) == std::min(row, column) + 1 ? 1.0 / 3.0 : 0.0;
  }
  [[nodiscard]] double half_width() const override { return 2.0; }
};

}  // namespace

model::LawPointer toy_law() {
  static const auto law = std::make_shared<const ToyLaw>();
  return law;
}

}  // namespace rmtheat::test
