#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "rmtheat/model/observable/field.hpp"

namespace rmtheat::model {

/// Fields with their values over (initial state, time): one realization's trajectory, an ensemble's
/// mean, or a prediction. A field that was not computed is absent.
class Curves {
 public:
  Curves() = default;
  Curves(std::size_t pairs, std::size_t times) : pairs_(pairs), times_(times) {}

  /// Number of initial states.
  [[nodiscard]] std::size_t pairs() const { return pairs_; }
  [[nodiscard]] std::size_t times() const { return times_; }

  [[nodiscard]] bool has(const Field& field) const { return find(field) != nullptr; }
  /// In the order in which they were added.
  [[nodiscard]] std::vector<Field> fields() const;

  /// Adds the field, all zeros, if it is absent; returns its (pairs, times, axes) values.
  std::span<double> add(const Field& field);

  /// The (pairs, times, axes) values, row-major. Throws std::out_of_range when absent.
  [[nodiscard]] std::span<const double> values(const Field& field) const;
  [[nodiscard]] std::span<double> values(const Field& field);

  /// Those of one initial state, (times, axes).
  [[nodiscard]] std::span<const double> curve(const Field& field, std::size_t pair) const;
  [[nodiscard]] std::span<double> curve(const Field& field, std::size_t pair);

 private:
  struct Entry {
    Field field;
    std::vector<double> values;
  };
  [[nodiscard]] const Entry* find(const Field& field) const;
  [[nodiscard]] const Entry& at(const Field& field) const;

  std::size_t pairs_ = 0;
  std::size_t times_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace rmtheat::model
