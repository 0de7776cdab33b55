#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include <mpi.h>

#include "rmtheat/parallel/environment.hpp"

/// In place of the library's, as one that waits for ever.
extern "C" int MPI_Abort(MPI_Comm /*communicator*/, int /*status*/) {
  for (;;) {
    std::this_thread::sleep_for(std::chrono::hours(1));
  }
}

namespace rmtheat::parallel {
namespace {

TEST(Abort, EndsThisProcessWhateverTheLibraryDoes) {
  EXPECT_EXIT(Environment::abort(75), testing::ExitedWithCode(75), "");
}

}  // namespace
}  // namespace rmtheat::parallel
