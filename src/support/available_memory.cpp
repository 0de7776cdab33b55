#include "rmtheat/support/available_memory.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>
#include <sys/resource.h>

namespace rmtheat {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

double kernel_available() {
  std::ifstream meminfo("/proc/meminfo");
  std::string key;
  double kibibytes = 0.0;
  std::string rest;
  while (meminfo >> key >> kibibytes && std::getline(meminfo, rest)) {
    if (key == "MemAvailable:") {
      return 1024.0 * kibibytes;
    }
  }
  return unlimited;
}

/// First number in a file; unlimited for "max" or an absent file.
double number_in(const std::string& path) {
  std::ifstream file(path);
  double value = 0.0;
  return file >> value ? value : unlimited;
}

/// Control groups version 2: the tightest limit between this process's group and the root.
double control_group_available() {
  std::ifstream membership("/proc/self/cgroup");
  std::string line;
  double available = unlimited;
  while (std::getline(membership, line)) {
    if (!line.starts_with("0::/")) {
      continue;
    }
    for (std::string group = line.substr(3); !group.empty() && group != "/";
         group.resize(group.find_last_of('/'))) {
      const std::string folder = "/sys/fs/cgroup" + group;
      const double limit = number_in(folder + "/memory.max");
      if (limit < unlimited) {
        const double used = number_in(folder + "/memory.current");
        available = std::min(available, used < limit ? limit - used : 0.0);
      }
    }
  }
  return available;
}

}  // namespace

double available_memory() { return std::min(kernel_available(), control_group_available()); }

double address_space_limit() {
  struct rlimit limit {};
  const bool limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return limited ? static_cast<double>(limit.rlim_cur) : unlimited;
}

}  // namespace rmtheat
