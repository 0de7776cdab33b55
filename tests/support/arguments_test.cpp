#include "rmtheat/support/arguments.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Name and value of each; "none" where there is no value.
Pairs read(const std::vector<std::string>& words) {
  Pairs pairs;
  for (const auto& [name, value] :
       read_arguments(words, [](const std::string& name) { return name == "--flag"; })) {
    pairs.emplace_back(name, value.value_or("none"));
  }
  return pairs;
}

TEST(Arguments, ValuesAreJoinedOrFollow) {
  EXPECT_EQ(read({"--a=1", "--b", "2", "--c=d=e", "--d", "-0.5", "--e="}),
            (Pairs{{"--a", "1"}, {"--b", "2"}, {"--c", "d=e"}, {"--d", "-0.5"}, {"--e", ""}}));
}

TEST(Arguments, FlagsAndNamesBeforeNamesTakeNoValue) {
  EXPECT_EQ(
      read({"--flag", "word", "--a", "--b", "1", "--c"}),
      (Pairs{{"--flag", "none"}, {"", "word"}, {"--a", "none"}, {"--b", "1"}, {"--c", "none"}}));
  EXPECT_EQ(read({"--flag=1"}), (Pairs{{"--flag", "1"}}));
}

TEST(Arguments, RepeatedNamesAreRefused) {
  EXPECT_EQ(read({"word", "word"}).size(), 2U);
  for (const auto& words :
       {std::vector<std::string>{"--flag", "--flag"}, {"--a=1", "--a", "2"}, {"--a", "--a=1"}}) {
    try {
      read(words);
      ADD_FAILURE() << "accepted";
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), testing::StartsWith(words.front().substr(0, 3)));
      EXPECT_THAT(error.what(), testing::HasSubstr("repeated"));
    }
  }
}

}  // namespace
}  // namespace rmtheat
