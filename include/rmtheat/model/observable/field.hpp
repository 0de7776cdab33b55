#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

namespace rmtheat::model {

/// An axis that a field has beyond (initial state, time).
struct Axis {
  std::string name;
  std::string units;
  std::string description;
  std::size_t length = 0;
};

/// A quantity that is simulated or predicted, as files and tables know it. Its values are one array
/// over (initial state, time, axes), row-major. The name is its identity.
struct Field {
  std::string name;
  std::string units;
  std::string description;
  std::vector<Axis> axes = {};

  /// Values per initial state and time.
  [[nodiscard]] std::size_t width() const {
    return std::transform_reduce(axes.begin(), axes.end(), std::size_t{1}, std::multiplies<>(),
                                 [](const Axis& axis) { return axis.length; });
  }
  /// One value per initial state and time: what covariances and comparisons are taken of.
  [[nodiscard]] bool is_curve() const { return axes.empty(); }

  friend bool operator==(const Field& a, const Field& b) { return a.name == b.name; }
  friend std::strong_ordering operator<=>(const Field& a, const Field& b) {
    return a.name <=> b.name;
  }
};

}  // namespace rmtheat::model
