#pragma once

#include <string>

namespace rmtheat::theory {

/// What a prediction will take, known before anything is simulated.
struct Plan {
  double operations = 0.0;  ///< floating-point operations, to within a factor of a few
  double memory = 0.0;      ///< largest memory in bytes, likewise
  std::string obstacle;     ///< a sentence that says why it cannot be computed; else empty

  [[nodiscard]] bool feasible() const { return obstacle.empty(); }
  /// On one core of a present processor.
  [[nodiscard]] double seconds() const { return operations / 4e9; }
};

}  // namespace rmtheat::theory
