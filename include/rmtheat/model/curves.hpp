#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "rmtheat/model/observable.hpp"

namespace rmtheat::model {

/// Inverse temperatures of systems 1 and 2 before the coupling is switched on.
struct TemperaturePair {
  double beta1 = 0.0;
  double beta2 = 0.0;

  /// The inverse temperature at which the conductance of this pair is taken.
  [[nodiscard]] double mean_beta() const { return 0.5 * (beta1 + beta2); }
};

/// Named curves over (temperature pair, time): one realization's trajectory, an ensemble's mean, or
/// a prediction. A curve that was not computed is absent.
class Curves {
 public:
  Curves() = default;
  Curves(std::size_t pairs, std::size_t times) : pairs_(pairs), times_(times) {}

  [[nodiscard]] std::size_t pairs() const { return pairs_; }
  [[nodiscard]] std::size_t times() const { return times_; }

  [[nodiscard]] bool has(Observable observable) const { return !slot(observable).empty(); }
  [[nodiscard]] std::vector<Observable> present() const;

  /// Adds the observable, all zeros, if it is absent; returns its (pairs, times) values, row-major.
  std::span<double> add(Observable observable);

  /// The (pairs, times) values, row-major. Throws std::out_of_range when absent.
  [[nodiscard]] std::span<const double> values(Observable observable) const;
  [[nodiscard]] std::span<double> values(Observable observable);

  /// The curve of one temperature pair, (times).
  [[nodiscard]] std::span<const double> curve(Observable observable, std::size_t pair) const;
  [[nodiscard]] std::span<double> curve(Observable observable, std::size_t pair);

 private:
  [[nodiscard]] const std::vector<double>& slot(Observable observable) const {
    return slots_[static_cast<std::size_t>(observable)];
  }

  std::size_t pairs_ = 0;
  std::size_t times_ = 0;
  std::array<std::vector<double>, observable_count> slots_;
};

/// Fills heat_current, work_power and entropy_production from energies and currents, which must be
/// present. The energies' value at time index 0 is their value at t = 0. `work_share` is the
/// fraction s of the work that is done on system 1.
void derive_heat_and_work(Curves& curves, std::span<const TemperaturePair> temperatures,
                          double work_share);

}  // namespace rmtheat::model
