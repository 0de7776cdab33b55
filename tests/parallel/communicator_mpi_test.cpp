#include <complex>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mpi.h>

#include "rmtheat/parallel/environment.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::parallel {
namespace {

using Complex = std::complex<double>;

TEST(Environment, SecondOneLeavesMpiRunning) {
  { const Environment second; }
  int finalized = 1;
  MPI_Finalized(&finalized);
  EXPECT_EQ(finalized, 0);
}

TEST(Communicator, KnowsRankAndSize) {
  const auto world = Environment::world();
  int rank = -1;
  int size = -1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  EXPECT_EQ(world.rank(), rank);
  EXPECT_EQ(world.size(), size);
  EXPECT_EQ(world.is_root(), rank == 0);
}

TEST(Communicator, SplitsByColorAndOrdersByKey) {
  const auto world = Environment::world();
  const auto part = world.split(world.rank() % 2, -world.rank());
  EXPECT_EQ(part.size(), (world.size() + 1 - world.rank() % 2) / 2);
  EXPECT_EQ(part.rank(), part.size() - 1 - world.rank() / 2);
}

TEST(Communicator, MovesOwnership) {
  auto first = Environment::world().duplicate();
  const auto handle = first.handle();
  Communicator second(std::move(first));
  EXPECT_EQ(second.handle(), handle);
  second = Environment::world().duplicate();
  second.barrier();
  EXPECT_NE(second.handle(), MPI_COMM_WORLD);
}

TEST(Communicator, BroadcastsFromAnyRoot) {
  const auto world = Environment::world();
  const int root = world.size() - 1;
  const bool is_source = world.rank() == root;

  std::vector<Complex> numbers(5, is_source ? Complex(1.5, -2.0) : Complex());
  world.broadcast(std::span(numbers), root);
  EXPECT_THAT(numbers, testing::Each(Complex(1.5, -2.0)));

  std::int64_t large = is_source ? std::int64_t{1} << 40U : 0;
  world.broadcast(large, root);
  EXPECT_EQ(large, std::int64_t{1} << 40U);

  std::string text = is_source ? "heat" : "something longer";
  world.broadcast(text, root);
  EXPECT_EQ(text, "heat");

  std::string nothing = is_source ? "" : "old";
  world.broadcast(nothing, root);
  EXPECT_EQ(nothing, "");

  std::vector<double> resized(is_source ? 3 : 0, 2.5);
  world.broadcast(resized, root);
  EXPECT_THAT(resized, testing::ElementsAre(2.5, 2.5, 2.5));
}

TEST(Communicator, ReducesInPlace) {
  const auto world = Environment::world();
  const double rank = world.rank();
  const double size = world.size();

  std::vector<double> values = {rank, 1.0, -rank};
  world.all_reduce(values, Reduction::sum);
  const double total = size * (size - 1.0) / 2.0;
  EXPECT_THAT(values, testing::ElementsAre(total, size, -total));

  std::vector<std::int64_t> counts = {world.rank(), -world.rank()};
  world.all_reduce(counts, Reduction::max);
  EXPECT_THAT(counts, testing::ElementsAre(world.size() - 1, 0));

  EXPECT_EQ(world.sum(0.5), 0.5 * size);
  EXPECT_EQ(world.max(rank), size - 1.0);
  EXPECT_EQ(world.min(rank + 3.0), 3.0);
  EXPECT_EQ(world.min(std::int64_t{7} - world.rank()), 8 - world.size());
}

TEST(Communicator, GathersVectorsOfAnyLength) {
  const auto world = Environment::world();
  const int root = world.size() - 1;
  const std::vector<double> mine(static_cast<std::size_t>(world.rank()), 10.0 * world.rank());
  const auto all = world.gather(mine, root);
  if (world.rank() != root) {
    EXPECT_TRUE(all.empty());
    return;
  }
  ASSERT_EQ(all.size(), static_cast<std::size_t>(world.size()));
  for (int source = 0; source < world.size(); ++source) {
    const auto index = static_cast<std::size_t>(source);
    EXPECT_EQ(all[index], std::vector<double>(index, 10.0 * source));
  }
}

TEST(Communicator, PassesMessagesAroundARing) {
  const auto world = Environment::world();
  const int next = (world.rank() + 1) % world.size();
  const int previous = (world.rank() + world.size() - 1) % world.size();
  const std::vector<Complex> sent(1000, Complex(world.rank(), 1.0));
  std::vector<Complex> received(1000);
  const std::vector<double> sent_real = {static_cast<double>(world.rank())};
  std::vector<double> received_real(1);

  auto receive = world.irecv(std::span(received), previous, 1);
  auto receive_real = world.irecv(std::span(received_real), previous, 2);
  auto send = world.isend(std::span(sent), next, 1);
  Request send_real;
  send_real = world.isend(std::span(sent_real), next, 2);
  receive.wait();
  while (!receive_real.test()) {
  }
  send.wait();
  send_real.wait();
  EXPECT_THAT(received, testing::Each(Complex(previous, 1.0)));
  EXPECT_EQ(received_real[0], previous);
}

TEST(Request, DestructorWaitsForTheMessage) {
  const auto world = Environment::world();
  std::vector<double> received(1, -1.0);
  const std::vector<double> sent = {4.0};
  {
    const auto receive = world.irecv(std::span(received), world.rank());
    const auto send = world.isend(std::span(sent), world.rank());
  }
  EXPECT_EQ(received[0], 4.0);
}

TEST(Request, EmptyOneIsComplete) {
  Request request;
  EXPECT_TRUE(request.test());
  EXPECT_NO_THROW(request.wait());
}

TEST(Communicator, RefusesMessagesTooLongForMpi) {
  const auto world = Environment::world();
  // The length is refused before anything is read.
  const std::vector<double> one(1);
  const std::span<const double> endless(one.data(), std::size_t{1} << 31U);
  EXPECT_THROW((void)world.isend(endless, world.rank()), SystemError);
}

TEST(Communicator, TurnsMpiErrorsIntoExceptions) {
  const auto world = Environment::world();
  const std::vector<double> value(1);
  try {
    (void)world.isend(std::span(value), world.size() + 7);
    FAIL() << "a message to a rank that does not exist was accepted";
  } catch (const SystemError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("MPI_Isend failed: "));
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("\n")));
    EXPECT_THAT(error.what(), testing::ContainsRegex("[Ii]nvalid rank"));
  }
}

}  // namespace
}  // namespace rmtheat::parallel
