#include "control_groups.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace rmtheat {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

/// First number in a file; infinite for "max" or an absent file.
double number_in(const std::filesystem::path& path) {
  std::ifstream file(path);
  double value = 0.0;
  if (!(file >> value)) {
    return unlimited;
  }
  return value;
}

/// What is left under the limits of the groups from `group` up to the top one, which lies in `top`.
double available_in(const std::filesystem::path& top, std::string group, const char* limit_file,
                    const char* usage_file) {
  double available = unlimited;
  while (true) {
    const std::filesystem::path folder = top / group;
    const double limit = number_in(folder / limit_file);
    // Version 1 says "no limit" by the largest multiple of a page below 2^63.
    if (limit < 0x1p62) {
      const double used = number_in(folder / usage_file);
      available = std::min(available, used < limit ? limit - used : 0.0);
    }
    if (group.empty()) {
      return available;
    }
    const auto slash = group.find_last_of('/');
    group.resize(slash == std::string::npos ? 0 : slash);
  }
}

}  // namespace

double control_group_available(const std::filesystem::path& root) {
  const std::filesystem::path mounted = root / "sys/fs/cgroup";
  std::ifstream membership(root / "proc/self/cgroup");
  double available = unlimited;
  for (std::string line; std::getline(membership, line);) {
    // NUMBER:CONTROLLER,...:/GROUP; without controllers in version 2.
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos || second + 1 >= line.size()) {
      continue;
    }
    const std::string controllers = ',' + line.substr(first + 1, second - first - 1) + ',';
    std::string group = line.substr(second + 2);
    if (group.starts_with("..")) {  // of a group outside the container, whose top is all it sees
      group.clear();
    }
    if (controllers == ",,") {
      available = std::min(available, available_in(mounted, group, "memory.max", "memory.current"));
    } else if (controllers.find(",memory,") != std::string::npos) {
      available =
          std::min(available, available_in(mounted / "memory", group, "memory.limit_in_bytes",
                                           "memory.usage_in_bytes"));
    }
  }
  return available;
}

}  // namespace rmtheat
