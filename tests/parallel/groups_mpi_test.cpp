#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/parallel/groups.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::parallel {
namespace {

TEST(Group, GroupsAreConsecutiveEqualAndNotTooLarge) {
  const auto world = Environment::world();
  for (int asked = 1; asked <= world.size() + 1; ++asked) {
    const Group group(world, asked);
    EXPECT_EQ(group.count(), (world.size() + asked - 1) / asked);
    EXPECT_LE(group.communicator().size(), asked);
    EXPECT_GE(group.communicator().size(), world.size() / group.count());
    EXPECT_LE(group.communicator().size(), world.size() / group.count() + 1);

    // Every rank's group index by rank: ascending without gaps.
    std::vector<std::int64_t> indices(static_cast<std::size_t>(world.size()));
    indices[static_cast<std::size_t>(world.rank())] = group.index();
    world.all_reduce(indices, Reduction::sum);
    EXPECT_EQ(indices.front(), 0);
    EXPECT_EQ(indices.back(), group.count() - 1);
    for (std::size_t rank = 1; rank < indices.size(); ++rank) {
      EXPECT_TRUE(indices[rank] == indices[rank - 1] || indices[rank] == indices[rank - 1] + 1);
    }
  }
}

TEST(Group, KeepsTheOrderOfRanks) {
  const auto world = Environment::world();
  const Group group(world, 2);
  std::int64_t first = world.rank();
  group.communicator().broadcast(first);
  EXPECT_EQ(first + group.communicator().rank(), world.rank());
}

TEST(Group, RefusesEmptyGroups) { EXPECT_THROW(Group(Environment::world(), 0), InputError); }

}  // namespace
}  // namespace rmtheat::parallel
