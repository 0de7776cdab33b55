#include "rmtheat/support/fault.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <optional>
#include <regex>
#include <string>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat {
namespace {

constexpr std::array<const char*, 5> kind_names = {"write", "rename", "allocation", "solve",
                                                   "not_finite"};

struct Plan {
  std::string kind;
  int first = 0;
  int last = 0;
  bool here = false;  ///< meant for this rank
};

/// The rank in the job as the launcher tells it, as MPI may not have been initialized.
std::string own_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "SLURM_PROCID"}) {
    if (const char* value = std::getenv(name)) {
      return value;
    }
  }
  return "0";
}

std::optional<Plan> read_plan() {
  const char* text = std::getenv("RMTHEAT_FAULT");
  if (text == nullptr) {
    return std::nullopt;
  }
  const std::regex form("([a-z_]+):([0-9]+)(-([0-9]+))?(@([0-9]+))?");
  std::cmatch match;
  if (!std::regex_match(text, match, form)) {
    throw InputError(
        fmt::format("RMTHEAT_FAULT = {}: must be of the form KIND:FIRST[-LAST][@RANK].", text));
  }
  const int first = std::stoi(match[2]);
  return Plan{match[1], first, match[4].matched ? std::stoi(match[4]) : first,
              !match[6].matched || match[6] == own_rank()};
}

}  // namespace

bool with_faults::fault_is_due(Fault kind) {
  static const auto plan = read_plan();
  static std::array<std::atomic<int>, kind_names.size()> occurrences{};
  const auto index = static_cast<std::size_t>(kind);
  const int occurrence = ++occurrences[index];
  return plan && plan->here && plan->kind == kind_names[index] && occurrence >= plan->first &&
         occurrence <= plan->last;
}

}  // namespace rmtheat
