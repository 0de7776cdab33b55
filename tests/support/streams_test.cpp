#include "rmtheat/support/streams.hpp"

#include <gtest/gtest.h>

namespace rmtheat {
namespace {

TEST(Printable, KeepsTextsOfEveryLanguage) {
  const std::string text = "a\tb\nλ = ½ ħ, 行列, 🙂";
  EXPECT_EQ(printable(text), text);
}

TEST(Printable, ShowsWhatWouldSteerATerminal) {
  EXPECT_EQ(printable("\x1b[31m"), "\\x1b[31m");
  EXPECT_EQ(printable("a\rb\x08\x7f"), "a\\x0db\\x08\\x7f");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
  // CSI as one character, in UTF-8 and by itself.
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");
  EXPECT_EQ(printable("\x9b"), "\\x9b");
}

TEST(Printable, ShowsBytesThatAreNoText) {
  EXPECT_EQ(printable("\xce"), "\\xce");
  EXPECT_EQ(printable("\xe2\x82z"), "\\xe2\\x82z");
  EXPECT_EQ(printable("\xff\xc0\x80"), "\\xff\\xc0\\x80");
}

}  // namespace
}  // namespace rmtheat
