#include "rmtheat/linalg/split_columns.hpp"

#include <complex>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

namespace rmtheat::linalg {
namespace {

using Complex = std::complex<double>;

std::vector<Complex> numbered(std::size_t count) {
  std::vector<Complex> numbers;
  for (std::size_t k = 0; k < count; ++k) {
    numbers.emplace_back(static_cast<double>(k), -0.5 - static_cast<double>(k));
  }
  return numbers;
}

TEST(SplitColumns, PutsRealPartsBeforeImaginaryOnes) {
  for (const std::size_t rows : {1U, 2U, 5U, 8U, 33U}) {
    for (const std::size_t columns : {0U, 1U, 3U, 4U}) {
      const auto original = numbered(rows * columns);
      auto split = original;
      split_columns(std::span(split), rows);
      const auto* const parts = reinterpret_cast<const double*>(split.data());
      for (std::size_t k = 0; k < original.size(); ++k) {
        const std::size_t at = k / rows * 2 * rows + k % rows;
        EXPECT_EQ(parts[at], original[k].real());
        EXPECT_EQ(parts[at + rows], original[k].imag());
      }
      join_columns(std::span(split), rows);
      EXPECT_EQ(split, original);
    }
  }
}

TEST(SplitColumns, LeavesRealColumnsAsTheyAre) {
  const std::vector<double> original = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
  auto columns = original;
  split_columns(std::span(columns), 3);
  EXPECT_EQ(columns, original);
  join_columns(std::span(columns), 3);
  EXPECT_EQ(columns, original);
}

}  // namespace
}  // namespace rmtheat::linalg
