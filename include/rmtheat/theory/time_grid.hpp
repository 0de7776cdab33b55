#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace rmtheat::theory {

using Complex = std::complex<double>;

/// The uniform time grid on which the leading and the next-to-leading order are integrated.
///
/// A series holds samples at t_k = k h, k = 0, 1, ...: the steps up to the last time asked for, and
/// a margin beyond. Every series has a parity, X(-t) = parity conj X(t), so that it is known on
/// both sides of each end, and the 16-point central rules below hold up to the ends. They are exact
/// for polynomials of degree 15, with an error near 1e-12 at omega h = 0.4. Each rule needs points
/// beyond the last, so that its result is `half_width` shorter than its argument.
class TimeGrid {
 public:
  /// Covers [0, end], for functions of frequencies up to `bandwidth`.
  TimeGrid(double end, double bandwidth);

  [[nodiscard]] double step() const { return step_; }
  /// t_k = k h, the margin of a series that four rules are applied to included.
  [[nodiscard]] std::vector<double> times() const;
  /// The same interval in steps about twice as long, for error estimates.
  [[nodiscard]] TimeGrid coarsened() const;

  /// (X * Y)(t) = integral_0^t X(s) Y(t - s) ds, for X and Y with X(-t) = conj X(t). The result has
  /// (X * Y)(-t) = -conj (X * Y)(t).
  [[nodiscard]] std::vector<Complex> convolve(std::span<const Complex> x,
                                              std::span<const Complex> y) const;

  /// integral_0^t g(s) ds of a real g with g(-t) = parity g(t). The result has the other parity.
  [[nodiscard]] std::vector<double> integrate(std::span<const double> g, int parity) const;

  static constexpr std::size_t half_width = 8;  ///< points on either side of a cell
  /// Of the points -reach .. reach around an end.
  static constexpr std::ptrdiff_t reach = half_width - 1;
  using EndCorrection = std::array<double, 2 * reach + 1>;
  /// What an integral from one grid point to another has, in units of the step, besides the sum of
  /// all values from the one to the other: these multiples of the values around either end, the
  /// last of them those inside.
  [[nodiscard]] EndCorrection end_correction() const;

  /// One coefficient per point around a cell.
  using Stencil = std::array<double, 2 * half_width>;

 private:
  friend class Interpolation;

  TimeGrid(std::size_t steps, double step, const Stencil& cell_weights)
      : steps_(steps), step_(step), cell_weights_(cell_weights) {}

  std::size_t steps_;
  double step_;
  Stencil cell_weights_;  ///< of the integral over one cell
};

/// Interpolation from a TimeGrid to given times. Beyond the interval that it covers a function is
/// taken to go on as the parabola that it must then be over the interval's last quarter.
class Interpolation {
 public:
  Interpolation(const TimeGrid& grid, std::span<const double> times);

  /// g at each time, for a real g with g(-t) = parity g(t).
  [[nodiscard]] std::vector<double> operator()(std::span<const double> g, int parity) const;

 private:
  struct Point {
    std::size_t cell;
    TimeGrid::Stencil stencil;
  };
  std::vector<Point> points_;
  std::vector<double> beyond_;  ///< steps beyond the last
  std::size_t back_ = 0;        ///< steps between the parabola's points
  std::size_t last_ = 0;
};

}  // namespace rmtheat::theory
