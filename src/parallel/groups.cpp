#include "rmtheat/parallel/groups.hpp"

#include <cstdint>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat::parallel {
namespace {

int group_count(int size, int ranks_per_group) {
  if (ranks_per_group < 1) {
    throw InputError(fmt::format("ranks_per_group = {} is not possible; it must be at least 1.",
                                 ranks_per_group));
  }
  return size / ranks_per_group + (size % ranks_per_group == 0 ? 0 : 1);
}

int group_of(int rank, int size, int count) {
  return static_cast<int>(std::int64_t{rank} * count / size);
}

}  // namespace

Group::Group(const Communicator& all, int ranks_per_group)
    : count_(group_count(all.size(), ranks_per_group)),
      index_(group_of(all.rank(), all.size(), count_)),
      communicator_(all.split(index_, all.rank())) {}

}  // namespace rmtheat::parallel
