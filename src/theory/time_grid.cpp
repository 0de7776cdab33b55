#include "rmtheat/theory/time_grid.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/special_functions/factorials.hpp>

#include "rmtheat/support/target_clones.hpp"
#include "rmtheat/theory/fourier.hpp"

namespace rmtheat::theory {
namespace {

constexpr double phase_per_step = 0.4;  ///< omega h at the largest frequency
constexpr double least_steps = 16.0;
constexpr std::size_t rules_applied = 5;  ///< a convolution, three integrals, an interpolation

constexpr int half = static_cast<int>(TimeGrid::half_width);
constexpr int leftmost = 1 - half;  ///< of the points leftmost .. half around the cell [0, 1]
using Stencil = TimeGrid::Stencil;

/// Lagrange's basis on the points of the stencil, at u in [0, 1].
Stencil lagrange(double u) {
  Stencil basis;
  double before = 1.0;  // the product of u - point over the points so far
  for (std::size_t i = 0; i < basis.size(); ++i) {
    basis[i] = before;
    before *= u - (leftmost + static_cast<double>(i));
  }
  double after = 1.0;  // and over the points to come
  for (std::size_t i = basis.size(); i-- > 0;) {
    const auto below = static_cast<unsigned>(i);
    const auto above = static_cast<unsigned>(basis.size() - 1 - i);
    const double sign = above % 2 == 0 ? 1.0 : -1.0;
    basis[i] *= sign * after /
                (boost::math::unchecked_factorial<double>(below) *
                 boost::math::unchecked_factorial<double>(above));
    after *= u - (leftmost + static_cast<double>(i));
  }
  return basis;
}

/// The integrals of that basis over the cell.
Stencil integrated_basis() {
  using Rule = boost::math::quadrature::gauss<double, 15>;
  Stencil weights;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = Rule::integrate([i](double u) { return lagrange(u)[i]; }, 0.0, 1.0);
  }
  return weights;
}

/// A real series at any index, by its parity.
double at(std::span<const double> g, int parity, std::ptrdiff_t k) {
  return k >= 0 ? g[static_cast<std::size_t>(k)] : parity * g[static_cast<std::size_t>(-k)];
}

/// sum_i stencil_i g(k + leftmost + i).
double apply(const Stencil& stencil, std::span<const double> g, int parity, std::size_t k) {
  double sum = 0.0;
  for (std::size_t i = 0; i < stencil.size(); ++i) {
    sum += stencil[i] * at(g, parity, static_cast<std::ptrdiff_t>(k + i) + leftmost);
  }
  return sum;
}

/// Adds x_j y_(n-j), j = 0 .. n, to each n < size: one sweep per x_j over separate real and
/// imaginary parts, which compilers turn into vector instructions.
RMTHEAT_TARGET_CLONES
void add_convolution(const Complex* x, const double* y_real, const double* y_imag,
                     double* __restrict real, double* __restrict imag, std::size_t size) {
  for (std::size_t j = 0; j < size; ++j) {
    const double a = x[j].real();
    const double b = x[j].imag();
    for (std::size_t k = 0; k < size - j; ++k) {
      real[j + k] += a * y_real[k] - b * y_imag[k];
      imag[j + k] += a * y_imag[k] + b * y_real[k];
    }
  }
}

/// sum_j x_j y_(n-j), j = 0 .. n, for n < size: directly as long as that is faster.
std::vector<Complex> discrete_convolution(std::span<const Complex> x, std::span<const Complex> y,
                                          std::size_t size) {
  constexpr std::size_t most_direct = 1500;
  if (size > most_direct) {
    return fourier_convolution(x, y, size);
  }
  std::vector<double> y_real(size);
  std::vector<double> y_imag(size);
  for (std::size_t k = 0; k < size; ++k) {
    y_real[k] = y[k].real();
    y_imag[k] = y[k].imag();
  }
  std::vector<double> real(size);
  std::vector<double> imag(size);
  add_convolution(x.data(), y_real.data(), y_imag.data(), real.data(), imag.data(), size);
  std::vector<Complex> result(size);
  for (std::size_t k = 0; k < size; ++k) {
    result[k] = {real[k], imag[k]};
  }
  return result;
}

}  // namespace

TimeGrid::TimeGrid(double end, double bandwidth) : cell_weights_(integrated_basis()) {
  const double span = end > 0.0 ? end : 1.0;
  const double steps = std::ceil(std::max(least_steps, span * bandwidth / phase_per_step));
  steps_ = static_cast<std::size_t>(steps);
  step_ = span / steps;
}

std::vector<double> TimeGrid::times() const {
  std::vector<double> result(steps_ + 1 + rules_applied * half_width);
  for (std::size_t k = 0; k < result.size(); ++k) {
    result[k] = static_cast<double>(k) * step_;
  }
  return result;
}

TimeGrid TimeGrid::coarsened() const { return {steps_ / 2 + 1, 2.0 * step_, cell_weights_}; }

TimeGrid::EndCorrection TimeGrid::end_correction() const {
  // Summing the cell rule over the cells of [0, t_n] leaves the plain sum and end corrections:
  // point m away from an end has the weight of all cells that reach it, less the 1 it has in the
  // sum.
  EndCorrection correction;
  double weight = 0.0;
  for (std::size_t i = 0; i < correction.size(); ++i) {
    weight += cell_weights_[i];
    correction[i] = weight - (static_cast<int>(i) + leftmost >= 0 ? 1.0 : 0.0);
  }
  return correction;
}

std::vector<Complex> TimeGrid::convolve(std::span<const Complex> x,
                                        std::span<const Complex> y) const {
  const auto correction = end_correction();
  const auto value = [](std::span<const Complex> series, std::ptrdiff_t k) {
    return k >= 0 ? series[static_cast<std::size_t>(k)]
                  : std::conj(series[static_cast<std::size_t>(-k)]);
  };
  auto result = discrete_convolution(x, y, std::min(x.size(), y.size()) - half_width);
  for (std::size_t n = 0; n < result.size(); ++n) {
    for (std::size_t i = 0; i < correction.size(); ++i) {
      const std::ptrdiff_t m = static_cast<std::ptrdiff_t>(i) + leftmost;
      const std::ptrdiff_t rest = static_cast<std::ptrdiff_t>(n) - m;
      result[n] += correction[i] * (value(x, m) * value(y, rest) + value(x, rest) * value(y, m));
    }
    result[n] *= step_;
  }
  return result;
}

std::vector<double> TimeGrid::integrate(std::span<const double> g, int parity) const {
  std::vector<double> result(g.size() - half_width);
  for (std::size_t k = 0; k + 1 < result.size(); ++k) {
    result[k + 1] = result[k] + step_ * apply(cell_weights_, g, parity, k);
  }
  return result;
}

Interpolation::Interpolation(const TimeGrid& grid, std::span<const double> times) {
  for (const double time : times) {
    const double position = time / grid.step_;
    const auto cell = std::min(static_cast<std::size_t>(position), grid.steps_);
    points_.push_back({cell, lagrange(std::min(position - static_cast<double>(cell), 1.0))});
    beyond_.push_back(std::max(position - static_cast<double>(grid.steps_), 0.0));
  }
  // Equal steps over the last quarter of the grid.
  back_ = grid.steps_ / 8;
  last_ = grid.steps_;
}

std::vector<double> Interpolation::operator()(std::span<const double> g, int parity) const {
  std::vector<double> result;
  result.reserve(points_.size());
  for (std::size_t k = 0; k < points_.size(); ++k) {
    if (beyond_[k] > 1.0) {
      // Newton's form of the parabola through three points.
      const double u = beyond_[k] / static_cast<double>(back_);
      const double first = g[last_] - g[last_ - back_];
      const double second = first - (g[last_ - back_] - g[last_ - 2 * back_]);
      result.push_back(g[last_] + u * first + 0.5 * u * (u + 1.0) * second);
      continue;
    }
    result.push_back(apply(points_[k].stencil, g, parity, points_[k].cell));
  }
  return result;
}

}  // namespace rmtheat::theory
