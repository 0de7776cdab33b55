#include "rmtheat/model/coupling/products.hpp"

#include <cmath>
#include <complex>
#include <numbers>

#include <fmt/format.h>

#include "coupling/product_sum.hpp"
#include "rmtheat/support/philox.hpp"

namespace rmtheat::model {
namespace {

using Complex = std::complex<double>;

/// Columns of the random stream per term: more than any matrix has.
constexpr unsigned term_shift = 32;

/// (terms, N, N): matrices of the GUE with E|A_ij|^2 = deviation^2.
std::vector<Complex> draw_factors(const PhiloxStream& random, std::size_t terms, std::size_t size,
                                  double deviation) {
  std::vector<Complex> factors(terms * size * size);
  const double part = deviation / std::numbers::sqrt2;
  for (std::size_t k = 0; k < terms; ++k) {
    Complex* const matrix = factors.data() + k * size * size;
    for (std::size_t column = 0; column < size; ++column) {
      random.for_each_gaussian_pair(column, (k << term_shift) + column, size - column,
                                    [&](std::size_t below, double x, double y) {
                                      const std::size_t row = column + below;
                                      const Complex element = below == 0
                                                                  ? Complex(deviation * x)
                                                                  : Complex(part * x, part * y);
                                      matrix[column * size + row] = element;
                                      matrix[row * size + column] = std::conj(element);
                                    });
    }
  }
  return factors;
}

class ProductLaw final : public CouplingLaw {
 public:
  explicit ProductLaw(std::size_t terms)
      : terms_(terms),
        name_(terms == 1 ? "random product of operators"
                         : fmt::format("sum of {} random products of operators", terms)) {}

  [[nodiscard]] std::string_view word() const override { return "products"; }
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] LawParameters parameters() const override {
    LawParameters parameters;
    parameters.family = "gue";
    parameters.terms = terms_;
    return parameters;
  }

  [[nodiscard]] std::unique_ptr<const Coupling> draw(const SystemLevels& levels, std::uint64_t seed,
                                                     std::uint64_t realization) const override {
    const std::array<std::size_t, 2> sizes{levels[0].size(), levels[1].size()};
    const auto deviation = [&](std::size_t system) {
      return 1.0 / std::sqrt(static_cast<double>(sizes[system]));
    };
    auto factors = std::make_shared<Factors<Complex>>();
    (*factors)[0] = draw_factors(PhiloxStream(seed, realization, Stream::factors_1), terms_,
                                 sizes[0], deviation(0) / std::sqrt(static_cast<double>(terms_)));
    (*factors)[1] = draw_factors(PhiloxStream(seed, realization, Stream::factors_2), terms_,
                                 sizes[1], deviation(1));
    return std::make_unique<ProductSum<Complex>>(sizes, std::move(factors));
  }

  [[nodiscard]] bool is_real() const override { return false; }
  [[nodiscard]] bool has_product() const override { return true; }
  [[nodiscard]] double product_operations(const std::array<std::size_t, 2>& n) const override {
    return product_sum_operations(static_cast<double>(terms_), n);
  }
  [[nodiscard]] double stored_numbers(const std::array<std::size_t, 2>& n) const override {
    return product_sum_numbers(static_cast<double>(terms_), n);
  }
  [[nodiscard]] double second_moment(std::size_t /*row*/, std::size_t /*column*/,
                                     const SystemLevels& levels) const override {
    return 1.0 / static_cast<double>(levels[0].size() * levels[1].size());
  }
  [[nodiscard]] double mixed_pairing_weight() const override {
    return 1.0 / static_cast<double>(terms_);
  }
  /// The A_k become free semicircular elements s_k, and |sum_k s_k (x) B_k| <= 2 |sum_k
  /// B_k^2|^(1/2). That sum has the free Poisson law of rate K, which ends at (1 + K^(1/2))^2.
  /// Exact for K = 1, 4, and for K to infinity, 2.
  [[nodiscard]] double half_width() const override {
    return 2.0 * (1.0 + 1.0 / std::sqrt(static_cast<double>(terms_)));
  }
  /// All: to second order as of the full GUE, to fourth with mixed_pairing_weight(), and to all
  /// orders in its limit of many terms.
  [[nodiscard]] bool predicts(std::string_view /*prediction*/) const override { return true; }

 private:
  std::size_t terms_;
  std::string name_;
};

}  // namespace

LawPointer random_products(std::size_t terms) { return std::make_shared<const ProductLaw>(terms); }

}  // namespace rmtheat::model
