#include "rmtheat/support/parse.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace rmtheat {
namespace {

TEST(ParseNumber, TakesTheWholeText) {
  EXPECT_EQ(parse_number<double>("0.1"), 0.1);
  EXPECT_EQ(parse_number<double>("-1e-300"), -1e-300);
  EXPECT_EQ(parse_number<std::uint64_t>("18446744073709551615"),
            std::numeric_limits<std::uint64_t>::max());
  for (const std::string text :
       {"", " 1", "1 ", "1x", "0x10", "+-1", "++1", "+", "one", "--1", "1,5", "3.9z"}) {
    EXPECT_FALSE(parse_number<double>(text)) << text;
    EXPECT_FALSE(parse_number<int>(text)) << text;
  }
  EXPECT_FALSE(parse_number<int>("3.9"));
  EXPECT_FALSE(parse_number<int>("1e3"));
}

TEST(ParseNumber, TakesASignAndTheExponentsOfFortran) {
  EXPECT_EQ(parse_number<double>("+0.5"), 0.5);
  EXPECT_EQ(parse_number<double>("1d-3"), 1e-3);
  EXPECT_EQ(parse_number<double>("-2.5D+02"), -250.0);
  EXPECT_EQ(parse_number<int>("+7"), 7);
  for (const std::string text : {"d", "1d", "d3", "1d2d3", "1e2d3", "1dd3"}) {
    EXPECT_FALSE(parse_number<double>(text)) << text;
  }
  EXPECT_FALSE(parse_number<int>("1d3"));
}

TEST(ValueKind, ListsHaveNoDecimalCommas) {
  for (const std::string text : {"0,3", "-1,5", "1,25e-3", "0,3 0,5", "0,3, 0,5", "1 2,5"}) {
    EXPECT_FALSE(real_list().parse(text)) << text;
    EXPECT_NE(decimal_comma_hint(text), "") << text;
  }
  for (const std::string text :
       {"0, 3", "1,0.5", "1,2,3", "0.3,-0.1", "1,-2", "1,0.5 , 2", "1 2"}) {
    EXPECT_TRUE(real_list().parse(text)) << text;
    EXPECT_EQ(decimal_comma_hint(text), "") << text;
  }
}

TEST(ParseNumber, TakesFiniteNumbersOfTheTypeAlone) {
  for (const std::string text : {"nan", "inf", "-inf", "infinity", "1e999"}) {
    EXPECT_FALSE(parse_number<double>(text)) << text;
  }
  EXPECT_FALSE(parse_number<std::uint64_t>("-1"));
  EXPECT_FALSE(parse_number<std::uint64_t>("18446744073709551616"));
}

TEST(ValueKind, RangesHaveTheEndsTheySay) {
  EXPECT_EQ(real_from(0.0, 1.0).allowed, "a number from 0 to 1");
  EXPECT_EQ(real_from(0.0, 1.0).parse("1"), 1.0);
  EXPECT_FALSE(real_from(0.0, 1.0).parse("1.0000001"));
  EXPECT_EQ(real_between(0.0, 1.0).allowed, "a number between 0 and 1");
  EXPECT_EQ(real_between(0.0, 1.0).parse("0.999"), 0.999);
  EXPECT_FALSE(real_between(0.0, 1.0).parse("1"));
  EXPECT_FALSE(real_between(0.0, 1.0).parse("0"));
  EXPECT_EQ(whole(2, 5).parse("5"), 5U);
  EXPECT_FALSE(whole(2, 5).parse("6"));
  EXPECT_FALSE(whole(2, 5).parse("1"));
}

}  // namespace
}  // namespace rmtheat
