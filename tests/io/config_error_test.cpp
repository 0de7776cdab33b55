#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/temporary_directory.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {
namespace {

/// The message of the InputError that these options must raise.
std::string rejection(const std::string& ini_text, const std::vector<std::string>& arguments) {
  try {
    parse_config(ini_text, arguments);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

struct BadOption {
  std::string argument;
  std::string message;
};

void PrintTo(const BadOption& option, std::ostream* stream) { *stream << option.argument; }

class BadOptions : public testing::TestWithParam<BadOption> {};

TEST_P(BadOptions, AreRejectedInASentence) {
  EXPECT_EQ(rejection("", {GetParam().argument}), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Values, BadOptions,
    testing::Values(
        BadOption{"--system1.size=-3",
                  "system1.size = -3: the value must be a whole number from 1 to 1000000."},
        BadOption{"--system1.size=0",
                  "system1.size = 0: the value must be a whole number from 1 to 1000000."},
        BadOption{"--system2.size=2.5",
                  "system2.size = 2.5: the value must be a whole number from 1 to 1000000."},
        BadOption{"--system1.sigma=0", "system1.sigma = 0: the value must be a number > 0."},
        BadOption{"--system1.sigma=wide", "system1.sigma = wide: the value must be a number > 0."},
        BadOption{"--system1.mean=nan", "system1.mean = nan: the value must be a number."},
        BadOption{"--system1.mean=-inf", "system1.mean = -inf: the value must be a number."},
        BadOption{"--system1.mean=1e999", "system1.mean = 1e999: the value must be a number."},
        BadOption{"--system1.mean=1.0x", "system1.mean = 1.0x: the value must be a number."},
        BadOption{"--system1.density=gausian",
                  "system1.density = gausian: the value must be gaussian | uniform | constant | "
                  "semicircle | gamma | file | hamiltonian."},
        BadOption{"--system1.levels=file",
                  "system1.levels = file: the value must be quantile | iid | gue."},
        BadOption{"--coupling.ensemble=gse",
                  "coupling.ensemble = gse: the value must be gue | goe."},
        BadOption{"--coupling.structure=sparse",
                  "coupling.structure = sparse: the value must be full | products | band | file."},
        BadOption{"--coupling.bandwidth=2",
                  "coupling.bandwidth = 2: with its structure, coupling has the options structure, "
                  "ensemble and strength alone."},
        BadOption{"--coupling.strength=-0.1",
                  "coupling.strength = -0.1: the value must be a number >= 0."},
        BadOption{"--time.end=0", "time.end = 0: the value must be a number > 0."},
        BadOption{"--time.steps=0",
                  "time.steps = 0: the value must be a whole number from 1 to 1000000."},
        BadOption{"--ensemble.realizations=0",
                  "ensemble.realizations = 0: the value must be a whole number from 1 to "
                  "1000000000."},
        BadOption{"--ensemble.seed=18446744073709551616",
                  "ensemble.seed = 18446744073709551616: the value must be a whole number >= 0, "
                  "less than 2^64."},
        BadOption{"--observables.work_share=1.5",
                  "observables.work_share = 1.5: the value must be auto | a number from 0 to 1."},
        BadOption{"--observables.conductance=yes",
                  "observables.conductance = yes: the value must be true | false."},
        BadOption{"--solver.method=magic",
                  "solver.method = magic: the value must be diagonalization | lanczos | auto."},
        BadOption{"--solver.block_size=0",
                  "solver.block_size = 0: the value must be auto | a whole number from 1 to "
                  "1000000."},
        BadOption{"--output.file=a#b.h5",
                  "output.file = a#b.h5: the value must be one line without '#'."},
        BadOption{"--output.checkpoint_interval=-1",
                  "output.checkpoint_interval = -1: the value must be a number >= 0."},
        BadOption{"--system1.beta=1,,2",
                  "system1.beta = 1,,2: the value must be one or more numbers, separated by commas "
                  "or spaces."}));

INSTANTIATE_TEST_SUITE_P(
    Names, BadOptions,
    testing::Values(
        BadOption{"--system1.sise=3",
                  "Unknown option --system1.sise on the command line; did you mean system1.size?"},
        BadOption{"--strength=3",
                  "Unknown option --strength on the command line; did you mean coupling.strength?"},
        BadOption{"--frobnicate=3",
                  "Unknown option --frobnicate on the command line; --help lists all options."},
        BadOption{"--system1.siz=3",
                  "Unknown option --system1.siz on the command line; did you mean system1.size?"},
        BadOption{"stray",
                  "Argument 'stray' on the command line is not of the form "
                  "--section.key=value."},
        BadOption{"--time.end", "--time.end: the value is missing; it must be a number > 0."}));

TEST(ConfigError, FileIsHeldToTheSameRules) {
  EXPECT_EQ(rejection("[time]\nstep=3\n", {}),
            "Unknown option time.step in the INI file; did you mean time.steps?");
  EXPECT_EQ(rejection("[time]\nsteps=0\n", {}),
            "time.steps = 0: the value must be a whole number from 1 to 1000000.");
  EXPECT_EQ(rejection("[output]\nfile=\n", {}), "output.file = : the value must be a path.");
  EXPECT_EQ(rejection("[time]\nsteps=3\nsteps=4\n", {}),
            "time.steps = 4: the option may be given once, but is repeated in the INI file.");
  EXPECT_THAT(rejection("[time]\nsteps\n", {}),
              testing::HasSubstr("Options in the INI file cannot be read: "));
  EXPECT_EQ(rejection("", {"--time.steps=3", "--time.steps=4"}),
            "--time.steps: the option may be given once, but is repeated on the command line.");
}

TEST(ConfigError, NothingOfAValueIsLostInTheFile) {
  EXPECT_EQ(rejection("[output]\nfile = scan#1.h5\n", {}),
            "Line 2 of the INI file is 'file = scan#1.h5': values must be without '#'; a comment "
            "after a value takes blanks on both sides of its '#'.");
  EXPECT_THAT(rejection("[output]\nfile = scan #1.h5\n", {}), testing::HasSubstr("'#'"));
  EXPECT_EQ(rejection("[output]\nfile = \"a.h5\"\n", {}),
            "output.file = \"a.h5\": the value must be given without quotes.");
  EXPECT_EQ(rejection("", {"--output.file= a.h5"}),
            "output.file =  a.h5: the value must be a path.");
  EXPECT_EQ(rejection("# a comment\r[time]\rsteps = 3\r", {}),
            "Options in the INI file cannot be read: line 1 has a control character, code 13.");
  EXPECT_EQ(rejection("", {"--system1.beta=0,3"}),
            "system1.beta = 0,3: the value must be one or more numbers, separated by commas or "
            "spaces; is the comma a decimal one, write a point, and else a space after it.");
  EXPECT_EQ(rejection("", {"--coupling.strength=0,3"}),
            "coupling.strength = 0,3: the value must be a number >= 0; is the comma a "
            "decimal one, "
            "write a point, and else a space after it.");
}

TEST(ConfigError, FilesOfOtherEditorsAreRead) {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "job.ini").string();
  std::ofstream(path) << "\xEF\xBB\xBF[time]\r\nend = +1.5D+1 # long\r\nsteps = 3\r\n";
  const auto settings = load_settings(path, {});
  EXPECT_EQ(settings.end, 15.0);
  EXPECT_EQ(settings.steps, 3U);
}

TEST(ConfigError, ParametersOfAnotherDensityAreRejected) {
  EXPECT_EQ(rejection("", {"--system1.density=uniform", "--system1.sigma=2"}),
            "system1.sigma = 2: with its density, system1 has the options density, size, levels, "
            "half_width, centre and beta alone.");
  EXPECT_EQ(rejection("[system2]\nradius=2\n", {}),
            "system2.radius = 2: with its density, system2 has the options density, size, levels, "
            "sigma, mean and beta alone.");
  EXPECT_EQ(rejection("", {"--system1.density=file", "--system1.levels=iid"}),
            "system1.levels = iid: with its density, system1 has the options density, size, file, "
            "energies and beta alone.");
}

TEST(ConfigError, ListsOfInverseTemperaturesMustPair) {
  EXPECT_EQ(
      rejection("", {"--system1.beta=1,2,3", "--system2.beta=1 2"}),
      "system1.beta = 1, 2, 3 and system2.beta = 1, 2: the lists must be equally long, or one "
      "of them a single value.");
}

TEST(ConfigError, InverseTemperatureMustBeAdmitted) {
  const std::string allowed = model::gamma_density(2.0, 2.0)->admissible_betas();
  std::vector<std::string> arguments = {"--system1.density=gamma", "--system1.scale=2",
                                        "--system1.beta=-0.5"};
  EXPECT_EQ(rejection("", arguments),
            "system1.beta = -0.5: with this density of states the value must be " + allowed + ".");
  arguments.back() = "--system1.beta=-0.25";
  EXPECT_EQ(rejection("", arguments), "accepted");
}

TEST(ConfigError, ConductanceNeedsTheMeanInverseTemperature) {
  std::vector<std::string> arguments = {"--system1.density=gamma", "--system1.scale=2",
                                        "--system2.beta=-3"};
  EXPECT_EQ(rejection("", arguments),
            "observables.conductance = true: it is taken at the mean inverse temperature -1, which "
            "in system 1 must be " +
                model::gamma_density(2.0, 2.0)->admissible_betas() +
                "; set it to false or change the temperatures.");
  arguments.emplace_back("--observables.conductance=false");
  EXPECT_EQ(rejection("", arguments), "accepted");
}

TEST(ConfigError, LevelsFilesMustBeSound) {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "levels.txt").string();
  const std::vector<std::string> arguments = {"--system2.density=file", "--system2.file=" + path};
  EXPECT_EQ(rejection("", arguments),
            "system2.file = " + path + ": this file does not exist or cannot be read.");
  std::ofstream(path) << "1.0\n2.0 3.0\n";
  EXPECT_EQ(rejection("", arguments),
            "system2.file = " + path + ": line 2 is '2.0 3.0', but must be one number.");
  std::ofstream(path) << "# nothing\n";
  EXPECT_EQ(rejection("", arguments),
            "system2.file = " + path + ": the file must hold one energy or more.");
  std::ofstream(path) << "1\n2\n";
  auto sized = arguments;
  sized.emplace_back("--system2.size=3");
  EXPECT_EQ(rejection("", sized),
            "system2.size = 3: the value must be 2, the number of levels given.");
  EXPECT_EQ(rejection("", {"--system2.density=file"}),
            "system2.density = file: exactly one of system2.file and system2.energies must be "
            "given.");
}

TEST(ConfigError, MissingConfigurationFileIsNamed) {
  try {
    load_config("/no/such.ini", {});
    ADD_FAILURE() << "accepted";
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "--config = /no/such.ini: this file does not exist or cannot be read.");
  }
}

}  // namespace
}  // namespace rmtheat::io
