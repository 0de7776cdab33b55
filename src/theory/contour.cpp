#include "rmtheat/theory/contour.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "rmtheat/support/blas.hpp"

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;

constexpr double log_accuracy = 28.0;  ///< sums are cut where terms have fallen to e^-28

/// c = a b, column-major, a (m, k), b (k, n).
void multiply(std::size_t m, std::size_t n, std::size_t k, const std::vector<Complex>& a,
              const std::vector<Complex>& b, std::vector<Complex>& c) {
  const auto rows = static_cast<std::int64_t>(m);
  const auto inner = static_cast<std::int64_t>(k);
  blas::gemm(blas::Operation::none, blas::Operation::none, rows, static_cast<std::int64_t>(n),
             inner, Complex(1.0), a.data(), rows, b.data(), inner, Complex(0.0), c.data(), rows);
}

}  // namespace

namespace {

double height_of(double radius, double last_time, double growth) {
  return last_time > 0.0 ? std::min(growth / last_time, 2.0 * radius) : radius;
}

}  // namespace

double Contour::node_count(double radius, double last_time, double growth) {
  constexpr double least_nodes = 48.0;
  const double mu = std::asinh(height_of(radius, last_time, growth) / radius);
  return std::ceil(std::max(least_nodes, log_accuracy / mu));
}

Contour::Contour(double radius, double last_time, double growth)
    : height_(height_of(radius, last_time, growth)) {
  const double mu = std::asinh(height_ / radius);
  const auto count = static_cast<std::size_t>(node_count(radius, last_time, growth));
  for (std::size_t j = 0; j < count; ++j) {
    // A quarter of a step off the real axis puts the complex conjugates halfway between the nodes.
    const double fraction = (static_cast<double>(j) + 0.25) / static_cast<double>(count);
    const Complex angle(mu, 2.0 * std::numbers::pi * fraction);
    nodes_.push_back(radius * std::cosh(angle));
    weights_.push_back(radius * std::sinh(angle) / static_cast<double>(count));
  }
}

std::size_t Contour::resolving_degree(double half_width) const {
  return static_cast<std::size_t>(std::ceil(log_accuracy / std::asinh(height_ / half_width)));
}

Contour::Inversion::Inversion(const Contour& contour, std::span<const double> times)
    : contour_(contour), times_(times.size()) {
  const std::size_t size = contour.nodes_.size();
  bra_.reserve(size * times.size());
  for (const double time : times) {
    for (std::size_t j = 0; j < size; ++j) {
      bra_.push_back(
          std::conj(contour.weights_[j] * std::exp(Complex(0.0, -time) * contour.nodes_[j])));
    }
  }
}

std::vector<Complex> Contour::Inversion::terms(std::size_t first, std::size_t count,
                                               const std::vector<Complex>& rows) const {
  const std::size_t size = contour_.nodes_.size();
  std::vector<Complex> product(count * times_);
  multiply(count, times_, size, rows, bra_, product);
  for (std::size_t k = 0; k < times_; ++k) {
    for (std::size_t j = 0; j < count; ++j) {
      product[k * count + j] *= std::conj(bra_[k * size + first + j]);
    }
  }
  return product;
}

void Contour::Inversion::add_terms(std::size_t first, const std::vector<Complex>& terms,
                                   Curve& curve) const {
  const std::size_t count = terms.size() / times_;
  for (std::size_t k = 0; k < times_; ++k) {
    for (std::size_t j = 0; j < count; ++j) {
      const Complex term = terms[k * count + j];
      curve.value[k] += term.real();
      // d/dt: both factors contribute alike, as the kernel is Hermitian
      curve.rate[k] += 2.0 * (Complex(0.0, -1.0) * contour_.nodes_[first + j] * term).real();
    }
  }
}

}  // namespace rmtheat::theory
