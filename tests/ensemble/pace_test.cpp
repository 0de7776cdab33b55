#include "rmtheat/ensemble/pace.hpp"

#include <numeric>

#include <gtest/gtest.h>

namespace rmtheat::ensemble {
namespace {

std::vector<std::size_t> first(std::size_t count) {
  std::vector<std::size_t> indices(count);
  std::iota(indices.begin(), indices.end(), 0U);
  return indices;
}

TEST(Pace, IsUnknownBeforeTheFirst) {
  const Pace pace(first(10), 3);
  EXPECT_FALSE(pace.end());
  EXPECT_EQ(pace.rate(), 0.0);
}

// The others are about to finish theirs, so the first is not an eighth of what was done.
TEST(Pace, IsRightFromTheFirstRealizationOn) {
  Pace pace(first(80), 8);
  pace.finished(3, 2.0);
  EXPECT_DOUBLE_EQ(*pace.end(), 20.0);
  EXPECT_DOUBLE_EQ(pace.rate(), 4.0);
}

TEST(Pace, LeavesTheFirstRealizationOutOnceThereAreOthers) {
  Pace pace(first(10), 1);
  pace.finished(0, 5.0);
  EXPECT_DOUBLE_EQ(*pace.end(), 50.0);
  pace.finished(1, 7.0);
  EXPECT_DOUBLE_EQ(*pace.end(), 23.0);
  EXPECT_DOUBLE_EQ(pace.rate(), 0.5);
}

TEST(Pace, CountsTheLastRoundInFull) {
  Pace pace(first(9), 4);  // 3, 2, 2 and 2 realizations
  for (const std::size_t k : {0U, 1U, 2U, 3U}) {
    pace.finished(k, 1.0);
  }
  EXPECT_DOUBLE_EQ(*pace.end(), 3.0);
}

TEST(Pace, WaitsForTheSlowestGroup) {
  Pace pace({1, 4, 6, 7, 9, 12}, 2);  // 1, 6 and 9; 4, 7 and 12
  pace.finished(1, 1.0);
  pace.finished(6, 2.0);
  pace.finished(4, 3.0);
  EXPECT_DOUBLE_EQ(*pace.end(), 9.0);
  EXPECT_DOUBLE_EQ(pace.rate(), 1.0 + 1.0 / 3.0);
}

}  // namespace
}  // namespace rmtheat::ensemble
