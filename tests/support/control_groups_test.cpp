#include "control_groups.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace rmtheat {
namespace {

/// A file system of its own, with the files of control groups that a test writes.
class ControlGroups : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "rmtheat-groups-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void write(const std::string& path, const std::string& text) const {
    const auto file = root_ / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text << '\n';
  }
  void member_of(const std::string& lines) const { write("proc/self/cgroup", lines); }
  [[nodiscard]] double available() const { return control_group_available(root_); }

 private:
  std::filesystem::path root_;
};

TEST_F(ControlGroups, NoneAllowEverything) { EXPECT_EQ(available(), HUGE_VAL); }

TEST_F(ControlGroups, TheTightestOfVersion2Counts) {
  member_of("0::/slurm/job_7/step_0");
  write("sys/fs/cgroup/slurm/job_7/step_0/memory.max", "max");
  write("sys/fs/cgroup/slurm/job_7/step_0/memory.current", "100");
  write("sys/fs/cgroup/slurm/job_7/memory.max", "4000");
  write("sys/fs/cgroup/slurm/job_7/memory.current", "1500");
  write("sys/fs/cgroup/slurm/memory.max", "9000");
  write("sys/fs/cgroup/slurm/memory.current", "2000");
  EXPECT_EQ(available(), 2500.0);
  write("sys/fs/cgroup/slurm/memory.current", "8000");
  EXPECT_EQ(available(), 1000.0);
  write("sys/fs/cgroup/slurm/memory.current", "9500");
  EXPECT_EQ(available(), 0.0);
}

TEST_F(ControlGroups, AContainersOwnTop) {
  write("sys/fs/cgroup/memory.max", "5000");
  write("sys/fs/cgroup/memory.current", "1000");
  for (const char* const group : {"0::/", "0::/../../other", "0::/docker/of-the-host"}) {
    member_of(group);
    EXPECT_EQ(available(), 4000.0) << group;
  }
}

TEST_F(ControlGroups, Version1) {
  member_of("12:cpu,cpuacct:/slurm\n4:hugetlb,memory:/slurm/job_7\n1:name=systemd:/\n0::/");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
  write("sys/fs/cgroup/memory/memory.usage_in_bytes", "777");
  EXPECT_EQ(available(), HUGE_VAL);
  write("sys/fs/cgroup/memory/slurm/job_7/memory.limit_in_bytes", "6000");
  write("sys/fs/cgroup/memory/slurm/job_7/memory.usage_in_bytes", "1000");
  EXPECT_EQ(available(), 5000.0);
  write("sys/fs/cgroup/memory/slurm/memory.limit_in_bytes", "5500");
  write("sys/fs/cgroup/memory/slurm/memory.usage_in_bytes", "1500");
  EXPECT_EQ(available(), 4000.0);
}

}  // namespace
}  // namespace rmtheat
