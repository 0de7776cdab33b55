#include "rmtheat/io/scan.hpp"

#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/temporary_directory.hpp"
#include "rmtheat/io/config.hpp"
#include "rmtheat/io/scan_folder.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> files_of(const Jobs& jobs) {
  std::vector<std::string> files;
  for (const auto& settings : jobs.settings) {
    files.push_back(settings.output.file.string());
  }
  return files;
}

TEST(Scan, IsTheProductOfItsAxes) {
  const auto jobs = load_jobs(std::nullopt, {"--scan.coupling.strength=0.1:0.3:3",
                                             "--scan.system.size=8,12", "--ensemble.seed=5"});
  EXPECT_THAT(files_of(jobs),
              ElementsAre("scan/size=8_strength=0.1.h5", "scan/size=8_strength=0.2.h5",
                          "scan/size=8_strength=0.3.h5", "scan/size=12_strength=0.1.h5",
                          "scan/size=12_strength=0.2.h5", "scan/size=12_strength=0.3.h5"));
  const auto& last = jobs.settings.back();
  EXPECT_EQ(last.systems[0].size, 12U);
  EXPECT_EQ(last.systems[1].size, 12U);
  EXPECT_EQ(last.strength, 0.3);
  EXPECT_EQ(last.seed, 5U);
  EXPECT_EQ(jobs.settings[1].strength, 0.2);  // no 0.20000000000000001 or 0.1 + 0.1
}

TEST(Scan, AxesStandInTheFileBesideValuesThatTheyReplace) {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "job.ini").string();
  std::ofstream(path) << "[coupling]\nstrength = 0.7\n[output]\nfile = out/lambda.h5\n"
                         "[scan]\ncoupling.strength = 0.1 0.20\nsystem1.beta = 1\n";
  EXPECT_THAT(files_of(load_jobs(path, {})), ElementsAre("out/lambda/beta=1_strength=0.1.h5",
                                                         "out/lambda/beta=1_strength=0.2.h5"));
  EXPECT_THAT(files_of(load_jobs(path, {"--scan.coupling.strength=0.4"})),
              ElementsAre("out/lambda/beta=1_strength=0.4.h5"));
  EXPECT_THAT(files_of(load_jobs(path, {"--scan.system2.beta=0.3", "--scan.coupling.strength=1"})),
              ElementsAre("out/lambda/system1.beta=1_system2.beta=0.3_strength=1.h5"));
}

TEST(Scan, AFileThatCanBeReadOnceIs) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  constexpr std::string_view text = "[coupling]\nstrength = 0.375\n";
  ASSERT_EQ(write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  close(ends[1]);
  const auto jobs = load_jobs("/dev/fd/" + std::to_string(ends[0]), {});
  close(ends[0]);
  ASSERT_EQ(jobs.settings.size(), 1U);
  EXPECT_EQ(jobs.settings.front().strength, 0.375);
}

TEST(Scan, AJobAloneIsNone) {
  const auto jobs = load_jobs(std::nullopt, {"--coupling.strength=0.3"});
  EXPECT_FALSE(jobs.folder.has_value());
  EXPECT_THAT(files_of(jobs), ElementsAre("results.h5"));
}

std::string refusal(const std::vector<std::string>& arguments) {
  try {
    load_jobs(std::nullopt, arguments);
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Scan, WhatIsNoneIsRefusedInASentence) {
  EXPECT_THAT(refusal({"--scan.coupling.strength="}), HasSubstr("FIRST:LAST:COUNT"));
  EXPECT_THAT(refusal({"--scan.coupling.strength=0.1:0.2:1"}), HasSubstr("from 2 to 10000"));
  EXPECT_THAT(refusal({"--scan.coupling.strength=0,3"}), HasSubstr("decimal"));
  EXPECT_THAT(refusal({"--scan.coupling.strength=0.1, x"}), HasSubstr("coupling.strength = x"));
  EXPECT_THAT(refusal({"--scan.coupling.strenght=1:2:3"}), HasSubstr("coupling.strength"));
  EXPECT_THAT(refusal({"--scan.system.size=8:9:3"}), HasSubstr("system1.size = 8.5"));
  EXPECT_THAT(refusal({"--scan.system.size=8, 8"}), HasSubstr("must differ"));
  EXPECT_THAT(refusal({"--scan.ensemble.realizations=1:3:3"}), HasSubstr("realizations depend on"));
  EXPECT_THAT(refusal({"--scan.output.file=a.h5"}), HasSubstr("output"));
  EXPECT_THAT(refusal({"--scan.coupling.bandwidth=1:2:2"}), HasSubstr("coupling.bandwidth"));
  EXPECT_THAT(refusal({"--scan.ensemble.seed=1:200:200", "--scan.coupling.strength=0:1:200"}),
              HasSubstr("more than 10000 points"));
  EXPECT_THAT(refusal({"--scan.coupling.strength=1:2:2", "--coupling.strength=1"}),
              HasSubstr("beside the scan's"));
  EXPECT_THAT(refusal({"--scan.system.size=8:9:2", "--scan.system2.size=8"}),
              HasSubstr("sets system2.size already"));
  EXPECT_THAT(refusal({"--scan.system1.beta=1:1e6:2"}), HasSubstr("system1.beta = 1000000"));
}

// The description is the job; of the tasks it keeps what was said last.
TEST(Scan, ItsFolderDescribesIt) {
  const TemporaryDirectory directory;
  const std::string ini = (directory.path() / "job.ini").string();
  std::ofstream(ini) << "[coupling]\nstrength = 0.7\nensemble = goe\n[ensemble]\nrealizations = 7\n"
                        "[scan]\ncoupling.strength = 0.1:0.3:3\n";
  const auto folder = directory.path() / "out";
  const auto load = [&](const std::string& axis) {
    return load_jobs(ini, {axis, "--system1.beta=2", "--output.file=" + folder.string()});
  };
  const auto jobs = load("--scan.system.size=3 5");
  EXPECT_FALSE(points_of_folder(directory.path()));
  make_folder(jobs, ArrayTasks{1, 7, 3});
  auto points = points_of_folder(folder);
  ASSERT_TRUE(points);
  ASSERT_EQ(points->size(), jobs.settings.size());
  for (std::size_t k = 0; k < points->size(); ++k) {
    EXPECT_EQ((*points)[k].output.file, jobs.settings[k].output.file);
    EXPECT_EQ(make_config((*points)[k]).resolved_text, make_config(jobs.settings[k]).resolved_text);
  }
  EXPECT_EQ(points->front().realizations, 7U);
  make_folder(load("--scan.system.size=4"));
  EXPECT_EQ(points_of_folder(folder)->size(), 3U);
  EXPECT_EQ(tasks_of_folder(folder), (ArrayTasks{1, 7, 3}));
  EXPECT_EQ(tasks_of_folder(folder)->text(), "1-7:3");
  EXPECT_EQ(tasks_of_folder(folder)->count(), 3U);
  EXPECT_TRUE(tasks_of_folder(folder)->has(4));
  EXPECT_FALSE(tasks_of_folder(folder)->has(5));
  EXPECT_FALSE(tasks_of_folder(folder)->has(10));
  make_folder(jobs, ArrayTasks{0, 0, 1});
  EXPECT_EQ(tasks_of_folder(folder), (ArrayTasks{0, 0, 1}));
  for (const std::string wrong : {"7-1", "1-7:0", "1-7:4", "1-", "x", ""}) {
    std::ofstream(folder / scan_description)
        << "# Its points are those of the SLURM array " << wrong << ".\n[ensemble]\nseed = 1\n";
    EXPECT_FALSE(tasks_of_folder(folder)) << wrong;
  }
  EXPECT_THROW(points_of_folder(folder), InputError);
}

TEST(Scan, AResultsFileHoldsNone) {
  EXPECT_THROW(parse_config("[scan]\ncoupling.strength = 0.1\n"), InputError);
}

}  // namespace
}  // namespace rmtheat::io
