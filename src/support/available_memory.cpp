#include "rmtheat/support/available_memory.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>
#include <sys/resource.h>

#include "control_groups.hpp"

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

}  // namespace

double available_memory() { return std::min(kernel_available(), control_group_available("/")); }

double address_space_limit() {
  struct rlimit limit {};
  const bool limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return limited ? static_cast<double>(limit.rlim_cur) : unlimited;
}

}  // namespace rmtheat
