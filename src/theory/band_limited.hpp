#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace rmtheat::theory {

/// Functions without frequencies beyond a bandwidth, from their values at equidistant times, some
/// of them before 0 and beyond the last: polynomials through the values around each time stand for
/// them. Errors are near 1e-14 of the function's size.
class BandLimited {
 public:
  /// For times up to `last` > 0.
  BandLimited(double bandwidth, double last);

  [[nodiscard]] double first() const;
  [[nodiscard]] double step() const { return step_; }
  /// Of the values.
  [[nodiscard]] std::size_t count() const;

  /// first() + m step(), m < count().
  [[nodiscard]] std::vector<double> times() const;

  /// integral_0^t at ascending times, of values at times().
  [[nodiscard]] std::vector<double> integrals(std::span<const double> values,
                                              std::span<const double> times) const;
  /// The function at any times, of the same values.
  [[nodiscard]] std::vector<double> at(std::span<const double> values,
                                       std::span<const double> times) const;

 private:
  /// The step that a time lies in.
  [[nodiscard]] std::size_t step_of(double time) const;

  double step_;
  std::size_t steps_;  ///< to the last time
};

}  // namespace rmtheat::theory
