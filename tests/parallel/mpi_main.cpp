// main() of every test that runs on several ranks. One report, from rank 0; the exit status is the
// worst of all ranks, and a rank that failed says so.

#include <cstdint>
#include <iostream>
#include <memory>

#include <gtest/gtest.h>

#include "rmtheat/parallel/environment.hpp"

namespace {

/// Prints the failures of a rank other than 0, each with the rank.
class FailurePrinter final : public testing::EmptyTestEventListener {
 public:
  explicit FailurePrinter(int rank) : rank_(rank) {}

  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (result.failed()) {
      std::cerr << "[rank " << rank_ << "] "
                << (result.file_name() != nullptr ? result.file_name() : "?") << ':'
                << result.line_number() << ": " << result.message() << '\n';
    }
  }

 private:
  int rank_;
};

}  // namespace

int main(int argc, char** argv) {
  const rmtheat::parallel::Environment environment;
  testing::InitGoogleTest(&argc, argv);
  const auto world = rmtheat::parallel::Environment::world();
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  if (!world.is_root()) {
    const std::unique_ptr<testing::TestEventListener> unused(
        listeners.Release(listeners.default_result_printer()));
    // GoogleTest takes ownership.
    listeners.Append(std::make_unique<FailurePrinter>(world.rank()).release());
  }
  const int status = RUN_ALL_TESTS();
  if (status != 0) {
    std::cerr << "[rank " << world.rank() << "] tests failed\n";
  }
  return static_cast<int>(world.max(static_cast<std::int64_t>(status)));
}
