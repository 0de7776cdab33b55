#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace rmtheat::linalg {

/// The index of a row or a column, counted from 0. Indices of different tags do not mix, nor do
/// numbers become indices without being said to.
template <class Tag>
class TaggedIndex {
 public:
  constexpr explicit TaggedIndex(std::int64_t value) : value_(value) {}
  [[nodiscard]] constexpr std::int64_t value() const { return value_; }
  /// For arrays of the standard library.
  [[nodiscard]] constexpr std::size_t offset() const { return static_cast<std::size_t>(value_); }

  friend constexpr auto operator<=>(TaggedIndex, TaggedIndex) = default;
  friend constexpr TaggedIndex operator+(TaggedIndex index, std::int64_t distance) {
    return TaggedIndex(index.value_ + distance);
  }

 private:
  std::int64_t value_;
};

/// In the whole matrix.
using GlobalIndex = TaggedIndex<struct GlobalTag>;
/// In a process's own part of it.
using LocalIndex = TaggedIndex<struct LocalTag>;

}  // namespace rmtheat::linalg
