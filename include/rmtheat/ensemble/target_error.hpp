#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "rmtheat/ensemble/samples.hpp"

namespace rmtheat::ensemble {

/// An average over the late times (late_begin()), with its standard error over the realizations.
struct LateMean {
  double mean = 0.0;
  double error = 0.0;  ///< infinite for fewer than two realizations

  /// Infinite where the mean is zero.
  [[nodiscard]] double relative_error() const;
};

/// Late mean of the heat current over the finished ones of `samples`, by temperature pair. Empty
/// where none is finished.
std::vector<LateMean> late_heat_currents(
    std::span<const std::optional<dynamics::Trajectory>> samples);

/// The largest relative error of those; infinite where there is none.
double heat_current_error(std::span<const std::optional<dynamics::Trajectory>> samples);

/// Numbers of realizations at which the error is looked at: 16, 24, 32, 48, 64, 96, ... The first
/// of them that is at least `count`.
std::size_t check_at_or_after(std::size_t count);

/// Ends an ensemble when its heat current is known well enough.
///
/// The error is looked at after fixed numbers of realizations only, taken in the order of their
/// indices, so that the same job ends with the same realizations on any number of ranks. As the
/// checks are a third or a half apart, choosing among them by the data shifts the mean by a few
/// hundredths of its standard error (a test holds it below a tenth).
class TargetError {
 public:
  /// A target of 0 is never reached. Checks at less than `least` realizations are passed over.
  TargetError(double target, std::size_t least);

  /// The number of first realizations that suffice, once those of a check are finished and reach
  /// the target. The realizations of earlier calls must not change.
  std::optional<std::size_t> reached(const Samples& samples);

 private:
  double target_;
  std::size_t check_;
  std::size_t finished_ = 0;  ///< without a gap from the first on
};

}  // namespace rmtheat::ensemble
