#include "rmtheat/io/results_file.hpp"

#include <bit>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hdf5.hpp"
#include "io/example_results.hpp"
#include "io/temporary_directory.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/support/error.hpp"
#include "root_attributes.hpp"

namespace rmtheat::io {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

std::vector<std::uint64_t> bits(std::span<const double> values) {
  std::vector<std::uint64_t> result;
  for (const double value : values) {
    result.push_back(std::bit_cast<std::uint64_t>(value));
  }
  return result;
}

void expect_identical(const model::Curves& left, const model::Curves& right) {
  EXPECT_EQ(left.pairs(), right.pairs());
  EXPECT_EQ(left.times(), right.times());
  ASSERT_EQ(left.fields(), right.fields());
  for (const auto& observable : left.fields()) {
    EXPECT_EQ(bits(left.values(observable)), bits(right.values(observable)));
  }
}

void expect_identical(const ensemble::Samples& left, const ensemble::Samples& right) {
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t r = 0; r < left.size(); ++r) {
    ASSERT_EQ(left[r].has_value(), right[r].has_value());
    if (left[r]) {
      EXPECT_EQ(left[r]->levels, right[r]->levels);
      expect_identical(left[r]->curves, right[r]->curves);
      expect_identical(left[r]->raw, right[r]->raw);
      EXPECT_EQ(left[r]->diagnostics, right[r]->diagnostics);
    }
  }
}

/// All but the samples.
void expect_identical_otherwise(const Results& left, const Results& right) {
  EXPECT_EQ(left.config, right.config);
  EXPECT_EQ(left.provenance.code_version, right.provenance.code_version);
  EXPECT_EQ(left.provenance.git_commit, right.provenance.git_commit);
  EXPECT_EQ(left.provenance.created, right.provenance.created);
  EXPECT_EQ(left.provenance.ranks, right.provenance.ranks);
  EXPECT_EQ(left.provenance.libraries, right.provenance.libraries);
  EXPECT_EQ(left.provenance.machine, right.provenance.machine);
  EXPECT_EQ(left.complete, right.complete);
  EXPECT_EQ(left.method, right.method);
  EXPECT_EQ(bits(left.times), bits(right.times));
  ASSERT_EQ(left.betas.size(), right.betas.size());
  for (std::size_t pair = 0; pair < left.betas.size(); ++pair) {
    EXPECT_EQ(left.betas[pair], right.betas[pair]);
  }
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(left.systems[k], right.systems[k]);
  }
  EXPECT_EQ(left.job, right.job);
  EXPECT_EQ(left.work_share, right.work_share);
  EXPECT_EQ(left.statistics.realizations, right.statistics.realizations);
  expect_identical(left.statistics.mean, right.statistics.mean);
  expect_identical(left.statistics.standard_error, right.statistics.standard_error);
  expect_identical(left.statistics.raw_mean, right.statistics.raw_mean);
  expect_identical(left.statistics.raw_standard_error, right.statistics.raw_standard_error);
  EXPECT_EQ(left.statistics.covariance, right.statistics.covariance);
  EXPECT_EQ(left.statistics.largest, right.statistics.largest);
  ASSERT_EQ(left.predictions.size(), right.predictions.size());
  for (const auto& [family, predictions] : left.predictions) {
    ASSERT_EQ(predictions.size(), right.predictions.at(family).size());
    for (const auto& [name, prediction] : predictions) {
      const auto& other = right.predictions.at(family).at(name);
      expect_identical(prediction.curves, other.curves);
      EXPECT_EQ(prediction.attributes, other.attributes);
      EXPECT_EQ(prediction.residual_covariance, other.residual_covariance);
      EXPECT_EQ(prediction.left_out, other.left_out);
    }
  }
}

std::string contents(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

class ResultsFile : public testing::Test {
 protected:
  [[nodiscard]] fs::path path() const { return directory_.path() / "results.h5"; }
  [[nodiscard]] const fs::path& directory() const { return directory_.path(); }

  /// The message of the InputError that reading the file must raise, whatever others did to it.
  [[nodiscard]] std::string refusal(bool trusted = true) const {
    try {
      read_results(path(), trusted);
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(ResultsFile, ReturnsEveryBit) {
  Results results = example_results();
  auto values = results.predictions["large_n"]["lo"].curves.values(model::fields::energy_1);
  values[0] = -0.0;
  values[1] = std::numeric_limits<double>::denorm_min();
  values[2] = std::numeric_limits<double>::max();
  write_results(path(), results, true);
  const Results read = read_results(path());
  expect_identical_otherwise(results, read);
  expect_identical(results.samples, read.samples);
  EXPECT_EQ(read.first_realization, 40U);
}

TEST_F(ResultsFile, WithoutSamplesHasTheStatistics) {
  const Results results = example_results();
  write_results(path(), results, false);
  const Results read = read_results(path());
  expect_identical_otherwise(results, read);
  EXPECT_TRUE(read.samples.empty());
  // Such a result can be stored again, but for the diagnostics of each realization.
  write_results(path(), read, true);
  Results expected = results;
  expected.statistics.largest.clear();
  expect_identical_otherwise(expected, read_results(path()));
}

TEST_F(ResultsFile, OfAFinishedJobIsComplete) {
  Results results = example_results();
  results.samples[1] = results.samples[0];
  results.statistics = ensemble::statistics_of(results.samples);
  results.complete = true;
  write_results(path(), results, true);
  const Results read = read_results(path());
  EXPECT_TRUE(read.complete);
  expect_identical(results.samples, read.samples);
}

TEST_F(ResultsFile, MayHoldPredictionsAlone) {
  Results results = example_results();
  results.method.clear();
  results.samples.clear();
  results.statistics = {};
  results.complete = true;
  write_results(path(), results, true);
  const Results read = read_results(path());
  expect_identical_otherwise(results, read);
  EXPECT_TRUE(read.samples.empty());
}

TEST_F(ResultsFile, MayHoldAnEnsembleThatHasNotBegun) {
  Results results = example_results();
  results.samples.assign(3, std::nullopt);
  results.statistics = {};
  write_results(path(), results, true);
  const Results read = read_results(path());
  expect_identical_otherwise(results, read);
  expect_identical(results.samples, read.samples);
}

TEST_F(ResultsFile, KeepsLongConfigurations) {
  Results results = example_results();
  // Beyond the 64 KiB of an attribute stored in its header.
  results.config += "# " + std::string(200'000, 'x') + "\n";
  write_results(path(), results, true);
  EXPECT_EQ(read_results(path()).config, results.config);
}

TEST_F(ResultsFile, ReplacesTheOldOneAndLeavesNothingBeside) {
  Results results = example_results();
  write_results(path(), results, true);
  results.config += "# newer\n";
  write_results(path(), results, true);
  EXPECT_EQ(read_results(path()).config, results.config);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory()), fs::directory_iterator()), 1);
}

TEST_F(ResultsFile, ThatIsMissingIsNamed) {
  EXPECT_EQ(refusal(),
            "File " + path().string() + " cannot be read: there is no file of this name.");
}

TEST_F(ResultsFile, OfAnotherFormatIsRefused) {
  std::ofstream(path()) << "time,energy\n0,1\n";
  EXPECT_EQ(refusal(), "File " + path().string() + " cannot be read: it is no HDF5 file.");
}

TEST_F(ResultsFile, CutShortIsRefusedAtEveryLength) {
  write_results(path(), example_results(), true);
  const auto whole = fs::file_size(path());
  constexpr std::uintmax_t seal = 34;
  for (const auto part : {whole - seal - 1, whole / 2, whole / 10, decltype(whole){100}}) {
    fs::resize_file(path(), part);
    EXPECT_THAT(refusal(), HasSubstr("File " + path().string() + " cannot be read: ")) << part;
  }
  fs::resize_file(path(), 0);
  EXPECT_THAT(refusal(), HasSubstr("it is no HDF5 file"));
}

TEST_F(ResultsFile, IsRefusedWhereADirectoryHasItsName) {
  fs::create_directory(path());
  EXPECT_THAT(refusal(), HasSubstr("there is no file of this name"));
}

/// Opens a file to be changed as another program could change it.
hdf5::Handle open_to_change(const fs::path& path) {
  return {H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose, "opening the file"};
}

void replace(const hdf5::Handle& file, const std::string& name, const auto& value) {
  const hdf5::Group root({H5Gopen2(file.id(), "/", H5P_DEFAULT), H5Gclose, "opening the root"});
  H5Adelete(root.id(), name.c_str());
  root.set_attribute(name, value);
}

TEST_F(ResultsFile, OfSchemaVersion1IsDescribedByItsOptions) {
  const Results results = example_results();
  write_results(path(), results, true);
  {
    const auto file = open_to_change(path());
    replace(file, "schema_version", std::int64_t{1});
    for_each_root_attribute(results, [&file](const char* name, const auto&) {
      if (H5Aexists(file.id(), name) > 0) {  // not all apply to this job
        EXPECT_EQ(H5Adelete(file.id(), name), 0) << name;
      }
    });
  }
  const Results read = read_results(path(), true);
  expect_identical_otherwise(results, read);
  expect_identical(results.samples, read.samples);
}

TEST_F(ResultsFile, WhoseRootSaysAnotherJobIsRefused) {
  write_results(path(), example_results(), true);
  replace(open_to_change(path()), "levels_1", std::string("gue"));
  EXPECT_THAT(refusal(), HasSubstr("it contradicts itself: attribute levels_1 = gue, its group "
                                   "says iid"));
  write_results(path(), example_results(), true);
  replace(open_to_change(path()), "n1", std::uint64_t{4});
  EXPECT_THAT(refusal(), HasSubstr("it contradicts itself: system 1 is"));
  for (const auto& [name, value] :
       {std::pair<std::string, std::string>("coupling_ensemble", "goe"), {"structure", "band"}}) {
    write_results(path(), example_results(), true);
    replace(open_to_change(path()), name, value);
    EXPECT_THAT(refusal(), HasSubstr("it contradicts itself: its attributes of the job are"));
  }
  write_results(path(), example_results(), true);
  replace(open_to_change(path()), "terms", std::uint64_t{2});
  EXPECT_THAT(refusal(), HasSubstr("it contradicts itself: its attributes of the job are"));
  write_results(path(), example_results(), true);
  replace(open_to_change(path()), "seed", 1.0);
  EXPECT_THAT(refusal(), HasSubstr("reading attribute seed failed"));
  write_results(path(), example_results(), true);
  ASSERT_EQ(H5Adelete(open_to_change(path()).id(), "time_end"), 0);
  EXPECT_THAT(refusal(), HasSubstr("opening attribute time_end failed"));
}

TEST_F(ResultsFile, WhoseOptionsNameAFileIsRefusedAndOpensNone) {
  write_results(path(), example_results(), true);
  replace(open_to_change(path()), "config",
          std::string("[system1]\ndensity = file\nfile = levels.txt\n"));
  EXPECT_THAT(refusal(), HasSubstr("it names an input file"));
}

TEST_F(ResultsFile, KeepsTheLargestSeed) {
  Results results = example_results();
  results.job.seed = std::numeric_limits<std::uint64_t>::max();
  results.config += "seed = 18446744073709551615\n";
  write_results(path(), results, true);
  EXPECT_EQ(read_results(path()).job, results.job);
}

TEST_F(ResultsFile, ThatContradictsItsOwnJobIsRefused) {
  using Change = void (*)(Results&);
  const std::vector<std::pair<Change, std::string>> changes = {
      {[](Results& results) { results.job.coupling_strength = 0.2; },
       "its attributes of the job are"},
      {[](Results& results) { results.job.seed = 2; }, "its attributes of the job are"},
      {[](Results& results) { results.job.first_realization = 0; },
       "its attributes of the job are"},
      {[](Results& results) { results.systems[0].size = 4; }, "system 1 is"},
      {[](Results& results) { results.times[1] += 1e-6; }, "its times are"},
      {[](Results& results) { results.betas[1][1] = 0.1; }, "its temperatures are"},
      {[](Results& results) { results.systems[0].parameters["sigma"] = 1.0; }, "system 1 is"},
      {[](Results& results) { results.systems[1].placement = "file"; }, "system 2 is"},
      {[](Results& results) { results.samples[0]->levels[1][0] = -0.8; },
       "the levels of system 2 are"},
      {[](Results& results) {
         for (const std::size_t r : {std::size_t{0}, std::size_t{2}}) {
           results.samples[r]->levels[0].push_back(2.0);
         }
       },
       "the levels of system 1 are"},
      {[](Results& results) { results.first_realization = 41; },
       "the range of its realizations is"},
      {[](Results& results) { results.samples.emplace_back(); },
       "the range of its realizations is"}};
  for (const auto& [change, words] : changes) {
    Results results = example_results();
    change(results);
    write_results(path(), results, true);
    EXPECT_EQ(refusal(), "File " + path().string() + " cannot be read: it contradicts itself: " +
                             words + " not what its attribute config says.");
  }
  Results results = example_results();
  results.config = "[coupling]\nstrenght = 1\n";
  write_results(path(), results, true);
  EXPECT_THAT(refusal(), HasSubstr("its attribute config is no job of this program (Unknown "
                                   "option coupling.strenght"));
}

TEST_F(ResultsFile, WhoseNumbersAreNotFiniteIsRefused) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<void (*)(Results&, double)> places = {
      [](Results& results, double value) {
        results.samples[2]->curves.values(model::fields::energy_1)[3] = value;
      },
      [](Results& results, double value) {
        results.statistics.mean.values(model::fields::energy_1)[0] = value;
      },
      [](Results& results, double value) {
        results.statistics.covariance.begin()->second[1] = value;
      },
      [](Results& results, double value) {
        results.predictions["large_n"]["lo"].attributes["plateau"][0] = value;
      },
      [](Results& results, double value) { results.samples[0]->levels[0][0] = value; }};
  for (const auto& place : places) {
    for (const double value : {infinity, std::numeric_limits<double>::quiet_NaN()}) {
      Results results = example_results();
      place(results, value);
      write_results(path(), results, true);
      EXPECT_THAT(refusal(), HasSubstr("not finite"));
    }
  }
}

TEST_F(ResultsFile, WhoseStatisticsAreNotThoseOfItsSamplesIsRefused) {
  const std::vector<std::pair<void (*)(Results&), std::string>> changes = {
      {[](Results& results) { results.statistics.mean.values(model::fields::energy_1)[0] += 1e-6; },
       "the mean of energy_1 is"},
      {[](Results& results) {
         results.statistics.standard_error.values(model::fields::heat_current)[5] += 1e-6;
       },
       "the error of heat_current is"},
      {[](Results& results) {
         results.statistics.raw_mean.values(model::fields::energy_1)[2] += 1e-6;
       },
       "the mean of energy_1 is"},
      {[](Results& results) {
         results.statistics.covariance[model::fields::conductance][17] += 1e-6;
       },
       "the covariance of conductance is"}};
  for (const auto& [change, words] : changes) {
    Results results = example_results();
    change(results);
    write_results(path(), results, true);
    EXPECT_THAT(refusal(), HasSubstr("it contradicts itself: " + words));
  }
}

TEST_F(ResultsFile, ThatWasChangedIsReadWhenTrusted) {
  write_results(path(), example_results(), true);
  EXPECT_EQ(read_results(path()).edits, "");
  replace(open_to_change(path()), "created", std::string("yesterday"));
  EXPECT_THAT(refusal(false), HasSubstr("it was changed since it was written (/@created)"));
  EXPECT_EQ(read_results(path(), true).provenance.created, "yesterday");
  EXPECT_THAT(read_results(path(), true).edits, HasSubstr("is trusted"));
  write_results(path(), example_results(), true);
  hdf5::Group({H5Gopen2(open_to_change(path()).id(), "/", H5P_DEFAULT), H5Gclose, "opening"})
      .set_attribute("author", std::string("me"));
  EXPECT_THAT(read_results(path()).edits, HasSubstr("but nothing that was written"));
  write_results(path(), example_results(), true);
  {
    std::fstream bytes(path(), std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(-50, std::ios::end);
    bytes.put('\x55');
  }
  EXPECT_THAT(refusal(false), HasSubstr("its bytes have changed since it was written"));
}

TEST_F(ResultsFile, PathsThatCannotBeWrittenAreFoundEarly) {
  const auto message = [](const fs::path& target) -> std::string {
    try {
      require_writable(target);
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_EQ(message(path()), "accepted");
  EXPECT_TRUE(fs::is_empty(directory()));
  EXPECT_EQ(message(directory()), "File " + directory().string() +
                                      " cannot be written: there is a directory of this name.");
  const fs::path lost = directory() / "no" / "results.h5";
  EXPECT_EQ(message(lost), "File " + lost.string() + " cannot be written: directory " +
                               lost.parent_path().string() + " does not exist.");
  EXPECT_THAT(message("/proc/results.h5"), HasSubstr("File /proc/results.h5 cannot be written: "));
  // A file that is there stays as it is.
  std::ofstream(path()) << "precious";
  EXPECT_EQ(message(path()), "accepted");
  EXPECT_EQ(contents(path()), "precious");
}

TEST(SystemDescription, NamesDensityAndPlacement) {
  const auto random =
      describe(model::System{model::gamma_density(2.0, 0.5), 4, model::LevelPlacement::gue, {}});
  EXPECT_EQ(random.density, "gamma");
  EXPECT_EQ(random.size, 4U);
  EXPECT_EQ(random.placement, "gue");
  EXPECT_TRUE(random.random_levels);
  EXPECT_EQ(random.parameters, (std::map<std::string, double>{{"scale", 0.5}, {"shape", 2.0}}));
  const auto file = describe(model::System{nullptr, 2, model::LevelPlacement::file, {0.0, 1.0}});
  EXPECT_EQ(file.density, "file");
  EXPECT_EQ(file.placement, "file");
  EXPECT_FALSE(file.random_levels);
}

TEST(Provenance, NamesThisProgramAndItsLibraries) {
  const Provenance provenance = current_provenance(3, "Some MPI 1.0");
  EXPECT_THAT(provenance.code_version, testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
  EXPECT_THAT(provenance.git_commit, testing::MatchesRegex("unknown|[0-9a-f]{40}(-dirty)?"));
  EXPECT_THAT(provenance.created, testing::MatchesRegex("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:"
                                                        "[0-9]{2}:[0-9]{2}Z"));
  EXPECT_EQ(provenance.ranks, 3);
  EXPECT_THAT(provenance.libraries, HasSubstr("Some MPI 1.0; "));
  EXPECT_THAT(provenance.libraries, HasSubstr("HDF5 1."));
  EXPECT_THAT(provenance.machine, HasSubstr("Linux"));
}

}  // namespace
}  // namespace rmtheat::io
