#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rmtheat/io/config.hpp"
#include "rmtheat/io/options.hpp"

namespace rmtheat::io {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(OptionText, HelpNamesSectionDefaultUnitsAndAllowedValues) {
  const std::string help = options_help();
  for (const std::string section :
       {"system1", "system2", "coupling", "time", "ensemble", "observables", "solver", "output"}) {
    EXPECT_THAT(help, HasSubstr("\n[" + section + "]"));
  }
  EXPECT_THAT(help, HasSubstr("  end = 10\n      last time\n      a number > 0, units hbar / "
                              "energy\n"));
  EXPECT_THAT(help, HasSubstr("  beta = 0.3\n"));
}

TEST(OptionText, SecondSystemRepeatsOnlyWhatDiffers) {
  const std::string help = options_help();
  EXPECT_EQ(help.find("  sigma = 1\n"), help.rfind("  sigma = 1\n"));
  EXPECT_NE(help.find("  beta = 1\n"), std::string::npos);
}

TEST(OptionText, EveryOptionOfAJobIsInHelpAndTable) {
  const std::string help = options_help();
  const std::string table = options_markdown();
  const std::string text = parse_config("").resolved_text;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    if (const auto equals = line.find(" = "); equals != std::string::npos) {
      EXPECT_THAT(help, HasSubstr("  " + line + "\n"));
      EXPECT_THAT(table, HasSubstr("| `" + line.substr(0, equals) + "` | " +
                                   line.substr(equals + 3) + " |"));
    }
  }
}

TEST(OptionText, MarkdownKeepsBarsOutOfItsColumns) {
  EXPECT_THAT(options_markdown(), HasSubstr("gue \\| goe"));
  EXPECT_THAT(options_markdown(), Not(HasSubstr("gue | goe")));
}

}  // namespace
}  // namespace rmtheat::io
