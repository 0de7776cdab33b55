#include "rmtheat/model/coupling/given.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "coupling/product_sum.hpp"
#include "rmtheat/support/blas.hpp"

namespace rmtheat::model {
namespace {

using Complex = std::complex<double>;
using Vectors = std::vector<std::vector<Complex>>;

Complex inner_product(std::span<const Complex> left, std::span<const Complex> right) {
  Complex sum = 0.0;
  for (std::size_t k = 0; k < left.size(); ++k) {
    sum += std::conj(left[k]) * right[k];
  }
  return sum;
}

std::span<const Complex> matrix(const GivenOperators& operators, std::size_t system,
                                std::size_t k) {
  const std::size_t size = operators.size(system) * operators.size(system);
  return std::span(operators.factors[system]).subspan(k * size, size);
}

std::vector<Complex> adjoint(std::span<const Complex> matrix, std::size_t size) {
  std::vector<Complex> result(matrix.size());
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      result[i * size + j] = std::conj(matrix[j * size + i]);
    }
  }
  return result;
}

/// Coordinates of vectors in an orthonormal basis of the space that they span, (vector, basis), by
/// Gram-Schmidt with two projections: distances between their combinations keep all digits.
Vectors coordinates(const Vectors& vectors) {
  Vectors basis;
  Vectors found;
  for (const auto& vector : vectors) {
    auto rest = vector;
    std::vector<Complex> components(vectors.size());
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t k = 0; k < basis.size(); ++k) {
        const Complex component = inner_product(basis[k], rest);
        components[k] += component;
        std::ranges::transform(rest, basis[k], rest.begin(),
                               [component](Complex x, Complex q) { return x - component * q; });
      }
    }
    const double norm = std::sqrt(inner_product(rest, rest).real());
    if (norm > 0.0) {
      components[basis.size()] = norm;
      for (Complex& element : rest) {
        element /= norm;
      }
      basis.push_back(std::move(rest));
    }
    found.push_back(std::move(components));
  }
  return found;
}

/// The largest singular value, by power iteration from a fixed vector; a few percent more, so that
/// where it has not converged it is rather too large.
double norm(std::span<const Complex> matrix, std::size_t size) {
  constexpr int iterations = 30;
  constexpr double margin = 1.05;
  const auto n = static_cast<std::int64_t>(size);
  std::vector<Complex> x(size);
  for (std::size_t k = 0; k < size; ++k) {
    x[k] = std::polar(1.0, static_cast<double>(k * k));
  }
  std::vector<Complex> image(size);
  double singular = 0.0;
  for (int k = 0; k < iterations; ++k) {
    const double length = std::sqrt(inner_product(x, x).real());
    if (length == 0.0) {
      return 0.0;
    }
    std::ranges::for_each(x, [length](Complex& element) { element /= length; });
    blas::gemv(blas::Operation::none, n, n, 1.0, matrix.data(), n, x.data(), 0.0, image.data());
    singular = std::sqrt(inner_product(image, image).real());
    blas::gemv(blas::Operation::adjoint, n, n, 1.0, matrix.data(), n, image.data(), 0.0, x.data());
  }
  return margin * singular;
}

Complex trace(std::span<const Complex> matrix, std::size_t size) {
  Complex sum = 0.0;
  for (std::size_t k = 0; k < size; ++k) {
    sum += matrix[k * size + k];
  }
  return sum;
}

/// Tr V^2 / D = sum_kl tr(A_k A_l) tr(B_k B_l), tr normalized.
double mean_square(const GivenOperators& operators) {
  Complex sum = 0.0;
  for (std::size_t k = 0; k < operators.terms; ++k) {
    std::array<std::vector<Complex>, 2> adjoints;
    for (std::size_t system = 0; system < 2; ++system) {
      adjoints[system] = adjoint(matrix(operators, system, k), operators.size(system));
    }
    for (std::size_t l = 0; l < operators.terms; ++l) {
      Complex product = 1.0;
      for (std::size_t system = 0; system < 2; ++system) {
        product *= inner_product(adjoints[system], matrix(operators, system, l)) /
                   static_cast<double>(operators.size(system));
      }
      sum += product;
    }
  }
  return std::max(0.0, sum.real());
}

bool is_real(const GivenOperators& operators) {
  return std::ranges::all_of(operators.factors, [](const auto& factors) {
    return std::ranges::all_of(factors, [](const Complex& x) { return x.imag() == 0.0; });
  });
}

template <class T>
class GivenLaw final : public CouplingLaw {
 public:
  explicit GivenLaw(std::shared_ptr<const GivenOperators> operators)
      : operators_(std::move(operators)), sizes_{operators_->size(0), operators_->size(1)} {
    if (!operators_->at_hand()) {
      return;
    }
    if constexpr (std::is_same_v<T, double>) {
      auto factors = std::make_shared<Factors<double>>();
      for (std::size_t system = 0; system < 2; ++system) {
        std::ranges::transform(operators_->factors[system], std::back_inserter((*factors)[system]),
                               [](const Complex& element) { return element.real(); });
      }
      factors_ = std::move(factors);
    } else {
      factors_ = {operators_, &operators_->factors};
    }
    elements_ = std::make_unique<ProductSum<T>>(sizes_, factors_);
  }

  [[nodiscard]] std::string_view word() const override { return "file"; }
  [[nodiscard]] std::string_view name() const override { return "given operators"; }
  [[nodiscard]] LawParameters parameters() const override {
    LawParameters parameters;
    parameters.terms = operators_->terms;
    parameters.strength_factor = operators_->strength_factor;
    return parameters;
  }
  [[nodiscard]] std::unique_ptr<const Coupling> draw(const SystemLevels& levels,
                                                     std::uint64_t /*seed*/,
                                                     std::uint64_t /*realization*/) const override {
    require_at_hand();
    if (levels[0].size() != sizes_[0] || levels[1].size() != sizes_[1]) {
      throw std::logic_error("given operators: not of the systems' sizes");
    }
    return std::make_unique<ProductSum<T>>(sizes_, factors_);
  }

  [[nodiscard]] bool is_real() const override { return operators_->real; }
  [[nodiscard]] bool is_random() const override { return false; }
  [[nodiscard]] bool is_symmetric() const override { return false; }
  [[nodiscard]] bool has_product() const override { return true; }
  [[nodiscard]] double product_operations(const std::array<std::size_t, 2>& n) const override {
    return product_sum_operations(static_cast<double>(operators_->terms), n);
  }
  [[nodiscard]] double stored_numbers(const std::array<std::size_t, 2>& n) const override {
    return product_sum_numbers(static_cast<double>(operators_->terms), n);
  }
  /// |V_ab|^2 itself.
  [[nodiscard]] double second_moment(std::size_t row, std::size_t column,
                                     const SystemLevels& /*levels*/) const override {
    require_at_hand();
    return std::norm(elements_->element(row, column));
  }
  [[nodiscard]] double strength_factor() const override { return operators_->strength_factor; }
  [[nodiscard]] double half_width() const override { return operators_->half_width; }
  /// Second order from the elements, where they are at hand; all others are those of the random
  /// matrix of the same Tr V^2.
  [[nodiscard]] bool predicts(std::string_view prediction) const override {
    return prediction != "lo" || operators_->at_hand();
  }

 private:
  void require_at_hand() const {
    if (!operators_->at_hand()) {
      throw std::logic_error("given operators: they are not at hand");
    }
  }

  std::shared_ptr<const GivenOperators> operators_;
  std::array<std::size_t, 2> sizes_;
  std::shared_ptr<const Factors<T>> factors_;
  std::unique_ptr<const Coupling> elements_;
};

}  // namespace

std::size_t GivenOperators::size(std::size_t system) const {
  const auto elements = static_cast<double>(factors[system].size());
  return terms == 0 ? 0
                    : static_cast<std::size_t>(
                          std::lround(std::sqrt(elements / static_cast<double>(terms))));
}

LawPointer given_coupling(std::shared_ptr<const GivenOperators> operators) {
  if (operators->real) {
    return std::make_shared<const GivenLaw<double>>(std::move(operators));
  }
  return std::make_shared<const GivenLaw<Complex>>(std::move(operators));
}

void complete(GivenOperators& operators) {
  operators.real = is_real(operators);
  operators.strength_factor = std::sqrt(mean_square(operators));
  operators.half_width = 0.0;
  for (std::size_t k = 0; k < operators.terms; ++k) {
    operators.half_width += norm(matrix(operators, 0, k), operators.size(0)) *
                            norm(matrix(operators, 1, k), operators.size(1));
  }
}

double hermiticity_defect(const GivenOperators& operators) {
  const std::size_t terms = operators.terms;
  std::array<Vectors, 2> components;
  for (std::size_t system = 0; system < 2; ++system) {
    Vectors vectors;
    for (std::size_t k = 0; k < terms; ++k) {
      const auto given = matrix(operators, system, k);
      vectors.emplace_back(given.begin(), given.end());
    }
    for (std::size_t k = 0; k < terms; ++k) {
      vectors.push_back(adjoint(matrix(operators, system, k), operators.size(system)));
    }
    components[system] = coordinates(vectors);
  }
  double defect = 0.0;
  double square = 0.0;
  for (std::size_t r = 0; r < 2 * terms; ++r) {
    for (std::size_t s = 0; s < 2 * terms; ++s) {
      Complex given = 0.0;
      Complex adjoint = 0.0;
      for (std::size_t k = 0; k < terms; ++k) {
        given += components[0][k][r] * components[1][k][s];
        adjoint += components[0][terms + k][r] * components[1][terms + k][s];
      }
      defect += std::norm(given - adjoint);
      square += std::norm(given);
    }
  }
  return square > 0.0 ? std::sqrt(defect / square) : 0.0;
}

std::array<double, 2> mean_fields(const GivenOperators& operators) {
  std::array<double, 2> sizes{};
  for (std::size_t system = 0; system < 2; ++system) {
    // What is left on `system` when V is averaged over the other one.
    const std::size_t n = operators.size(system);
    const std::size_t other = 1 - system;
    std::vector<Complex> field(n * n);
    for (std::size_t k = 0; k < operators.terms; ++k) {
      const Complex mean = trace(matrix(operators, other, k), operators.size(other)) /
                           static_cast<double>(operators.size(other));
      std::ranges::transform(field, matrix(operators, system, k), field.begin(),
                             [mean](Complex sum, Complex x) { return sum + mean * x; });
    }
    const Complex constant = trace(field, n) / static_cast<double>(n);
    for (std::size_t k = 0; k < n; ++k) {
      field[k * n + k] -= constant;
    }
    sizes[system] = std::sqrt(inner_product(field, field).real() / static_cast<double>(n)) /
                    operators.strength_factor;
  }
  return sizes;
}

void change_basis(GivenOperators& operators, std::size_t system,
                  const std::vector<Complex>& vectors) {
  const std::size_t size = operators.size(system);
  const auto n = static_cast<std::int64_t>(size);
  std::vector<Complex> half(size * size);
  for (std::size_t k = 0; k < operators.terms; ++k) {
    Complex* const matrix = operators.factors[system].data() + k * size * size;
    blas::gemm(blas::Operation::none, blas::Operation::none, n, n, n, 1.0, matrix, n,
               vectors.data(), n, 0.0, half.data(), n);
    blas::gemm(blas::Operation::adjoint, blas::Operation::none, n, n, n, 1.0, vectors.data(), n,
               half.data(), n, 0.0, matrix, n);
  }
  operators.real = is_real(operators);
}

}  // namespace rmtheat::model
