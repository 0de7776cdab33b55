#include <new>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rmtheat/parallel/agreement.hpp"
#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::parallel {
namespace {

/// What `call` threw, of exactly the type E.
template <class E, class F>
std::string message_of(const F& call) {
  try {
    call();
  } catch (const std::exception& error) {
    EXPECT_EQ(typeid(error), typeid(E));
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

TEST(Agree, ReturnsEachRanksResult) {
  const auto world = Environment::world();
  EXPECT_EQ(agree(world, [&] { return 3 * world.rank(); }), 3 * world.rank());
  bool called = false;
  agree(world, [&] { called = true; });
  EXPECT_TRUE(called);
}

TEST(Agree, OneRanksErrorIsThrownEverywhere) {
  const auto world = Environment::world();
  const int failing = world.size() - 1;
  const auto fail_with = [&](auto error) {
    return [&world, failing, error] {
      agree(world, [&] {
        if (world.rank() == failing) {
          throw error;
        }
      });
    };
  };
  EXPECT_EQ(message_of<InputError>(fail_with(InputError("bad option"))), "bad option");
  EXPECT_EQ(message_of<NumericalError>(fail_with(NumericalError("no result"))), "no result");
  EXPECT_EQ(message_of<SystemError>(fail_with(SystemError("disk full"))), "disk full");
  EXPECT_EQ(message_of<Error>(fail_with(std::runtime_error("foreign"))), "foreign");
  EXPECT_THAT(message_of<SystemError>(fail_with(std::bad_alloc())), testing::HasSubstr("memory"));
  EXPECT_EQ(message_of<Error>(fail_with(42)), "An error of unknown type.");
}

TEST(Agree, TheLowestFailingRankIsHeard) {
  const auto world = Environment::world();
  const int lowest = world.size() / 2;
  const auto message = message_of<InputError>([&] {
    agree(world, [&] {
      if (world.rank() >= lowest) {
        throw InputError("rank " + std::to_string(world.rank()));
      }
    });
  });
  EXPECT_EQ(message, "rank " + std::to_string(lowest));
}

TEST(OnRoot, RunsOnceAndSharesTheResult) {
  const auto world = Environment::world();
  int calls = 0;
  const auto text = on_root(world, [&] {
    ++calls;
    return std::string("from the root");
  });
  EXPECT_EQ(text, "from the root");
  EXPECT_EQ(calls, world.is_root() ? 1 : 0);
  on_root(world, [&] { ++calls; });
  EXPECT_EQ(calls, world.is_root() ? 2 : 0);
}

TEST(OnRoot, SharesTheError) {
  const auto world = Environment::world();
  EXPECT_EQ(message_of<SystemError>(
                [&] { on_root(world, []() -> int { throw SystemError("no such file"); }); }),
            "no such file");
}

}  // namespace
}  // namespace rmtheat::parallel
