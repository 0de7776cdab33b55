#include "near_axis.hpp"

#include <cmath>

#include "legendre.hpp"

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;

Complex inverse(Complex a) { return std::conj(a) / std::norm(a); }

Complex sum(std::span<const double> weights, const std::vector<Complex>& kernel) {
  double real = 0.0;
  double imaginary = 0.0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    real += weights[k] * kernel[k].real();
    imaginary += weights[k] * kernel[k].imag();
  }
  return {real, imaginary};
}

}  // namespace

void NearAxis::set_kernel(Complex zeta) const {
  constexpr double nearest = 3.5;  // sum of the distances from the ends, in half lengths
  const auto& rule = LegendreRule::instance();
  kernel_.resize(total_.node.size());
  for (std::size_t k = 0; k < kernel_.size(); ++k) {
    kernel_[k] = inverse(zeta - total_.node[k]);
  }
  for (const auto& [first, low, high] : total_.pieces) {
    if (std::abs(zeta - low) + std::abs(zeta - high) > nearest * 0.5 * (high - low)) {
      continue;
    }
    Complex rest = std::log(zeta - low) - std::log(zeta - high);
    Complex norm = 0.0;
    for (std::size_t k = 0; k < LegendreRule::size; ++k) {
      rest -= total_.width[first + k] * kernel_[first + k];
      norm += rule.barycentric[k] * kernel_[first + k];
    }
    for (std::size_t k = 0; k < LegendreRule::size; ++k) {
      kernel_[first + k] *= 1.0 + rest / norm * (rule.barycentric[k] / total_.width[first + k]);
    }
  }
}

Resolvents::ValueAndSlope NearAxis::first(Complex zeta) const {
  constexpr double relative_step = 1e-7;
  const Complex step(0.0, relative_step * zeta.imag());
  set_kernel(zeta + step);
  const Complex other = sum(measures_.front(), kernel_);
  set_kernel(zeta);
  const Complex value = sum(measures_.front(), kernel_);
  return {value, (other - value) / step};
}

std::vector<Complex> NearAxis::all(Complex zeta) const {
  set_kernel(zeta);
  std::vector<Complex> result;
  for (const auto& measure : measures_) {
    result.push_back(sum(measure, kernel_));
  }
  return result;
}

}  // namespace rmtheat::theory
