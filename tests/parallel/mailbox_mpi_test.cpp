#include <chrono>
#include <cstddef>
#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/parallel/mailbox.hpp"

namespace rmtheat::parallel {
namespace {

using std::chrono::milliseconds;

std::vector<std::byte> content(int length, int number) {
  return std::vector<std::byte>(static_cast<std::size_t>(length), static_cast<std::byte>(number));
}

Mailbox::Letter wait_for_letter(Mailbox& mailbox, int subject) {
  while (true) {
    if (auto letter = mailbox.take(subject)) {
      return *std::move(letter);
    }
    std::this_thread::sleep_for(milliseconds(1));
  }
}

TEST(Mailbox, LettersOfARankComeInOrderWithTheirContent) {
  const auto world = Environment::world();
  Mailbox mailbox(world);
  // Empty, short, and longer than what MPI sends before the receiver asks for it.
  const std::vector<int> lengths = {0, 3, 1'000'000};
  for (std::size_t k = 0; k < lengths.size(); ++k) {
    mailbox.post(0, 1, content(lengths[k], world.rank() + 1));
  }
  if (world.is_root()) {
    std::vector<std::size_t> received(static_cast<std::size_t>(world.size()));
    for (std::size_t k = 0; k < lengths.size() * received.size(); ++k) {
      const auto letter = wait_for_letter(mailbox, 1);
      auto& count = received[static_cast<std::size_t>(letter.sender)];
      EXPECT_EQ(letter.content, content(lengths.at(count), letter.sender + 1));
      ++count;
    }
    EXPECT_FALSE(mailbox.take(1));
  }
}

TEST(Mailbox, SubjectsAreApart) {
  const auto world = Environment::world();
  Mailbox mailbox(world);
  const int next = (world.rank() + 1) % world.size();
  mailbox.post(next, 7, content(1, 7));
  mailbox.post(next, 8, content(2, 8));
  EXPECT_EQ(wait_for_letter(mailbox, 8).content, content(2, 8));
  EXPECT_EQ(wait_for_letter(mailbox, 7).content, content(1, 7));
  EXPECT_FALSE(mailbox.take(7));
}

TEST(Mailbox, ServesTwoThreads) {
  const auto world = Environment::world();
  if (!Environment::threads_may_communicate()) {
    GTEST_SKIP() << "the MPI library does not let two threads communicate";
  }
  Mailbox mailbox(world);
  constexpr int letters = 200;
  std::jthread reader([&] {
    for (int k = 0; k < letters * world.size() && world.is_root(); ++k) {
      EXPECT_EQ(wait_for_letter(mailbox, 1).content.size(), 100U);
    }
  });
  for (int k = 0; k < letters; ++k) {
    mailbox.post(0, 1, content(100, k));
    world.barrier();  // the main thread communicates at the same time
  }
}

}  // namespace
}  // namespace rmtheat::parallel
