#include "rmtheat/theory/nonuniform_transform.hpp"

#include <bit>
#include <cmath>
#include <numbers>

#include <boost/math/special_functions/bessel.hpp>

#include "rmtheat/theory/fourier.hpp"

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;

constexpr std::size_t width = 16;  // of the window, in points of the fine grid

/// The shape parameter of the window for a grid twice as fine as the times need.
constexpr double shape = 0.75 * std::numbers::pi * static_cast<double>(width) - 0.2;

/// Of e^(-i x t), t a point of the fine grid from the window's centre.
double window(double distance) {
  const double relative = 2.0 * distance / static_cast<double>(width);
  return relative * relative < 1.0
             ? boost::math::cyl_bessel_i(0, shape * std::sqrt(1.0 - relative * relative))
             : 0.0;
}

double transform_of_window(double frequency) {
  const double half = 0.5 * static_cast<double>(width) * frequency;
  const double root = std::sqrt(shape * shape - half * half);
  return static_cast<double>(width) * std::sinh(root) / root;
}

std::size_t fine_size(std::size_t count) { return std::bit_ceil(2 * std::max(count, width)); }

}  // namespace

NonuniformTransform::NonuniformTransform(std::span<const double> frequencies, double first,
                                         double step, std::size_t count)
    : count_(count), fine_(fine_size(count)), factors_(fourier_factors(fine_)) {
  const auto fine = static_cast<double>(fine_);
  const std::size_t half = count_ / 2;
  const double middle = first + step * static_cast<double>(half);
  for (const double frequency : frequencies) {
    const double place = frequency * step * fine / (2.0 * std::numbers::pi);
    const double begin = std::ceil(place - 0.5 * static_cast<double>(width));
    // Places are from -fine / 2 to fine / 2: one period more makes them positive.
    begin_.push_back(static_cast<std::size_t>(begin + fine) % fine_);
    for (std::size_t l = 0; l < width; ++l) {
      window_.push_back(window(begin + static_cast<double>(l) - place));
    }
    phase_.push_back(std::polar(1.0, -frequency * middle));
  }
  for (std::size_t m = 0; m < count_; ++m) {
    const double mode = static_cast<double>(m) - static_cast<double>(half);
    correction_.push_back(1.0 / transform_of_window(2.0 * std::numbers::pi * mode / fine));
  }
}

std::vector<Complex> NonuniformTransform::operator()(std::span<const double> coefficients) const {
  std::vector<Complex> grid(fine_);
  for (std::size_t j = 0; j < begin_.size(); ++j) {
    const Complex value = coefficients[j] * phase_[j];
    for (std::size_t l = 0; l < width; ++l) {
      grid[(begin_[j] + l) & (fine_ - 1)] += window_[j * width + l] * value;
    }
  }
  fourier_transform(grid, factors_);
  std::vector<Complex> result(count_);
  for (std::size_t m = 0; m < count_; ++m) {
    result[m] = correction_[m] * grid[(fine_ + m - count_ / 2) & (fine_ - 1)];
  }
  return result;
}

double NonuniformTransform::cost(std::size_t frequencies, std::size_t count) {
  const auto fine = static_cast<double>(fine_size(count));
  return 4.0 * static_cast<double>(width * frequencies) + 6.0 * fine * std::log2(fine);
}

}  // namespace rmtheat::theory
