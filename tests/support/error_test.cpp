#include "rmtheat/support/error.hpp"

#include <gtest/gtest.h>

namespace rmtheat {
namespace {

/// What the program's entry point does: one handler for all errors.
template <class Exception>
ExitStatus status_of_thrown() {
  try {
    throw Exception("a sentence");
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "a sentence");
    return error.exit_status();
  }
}

TEST(Error, ExitStatusTellsUserErrorsFromFailures) {
  EXPECT_EQ(status_of_thrown<InputError>(), ExitStatus::bad_input);
  EXPECT_EQ(status_of_thrown<NumericalError>(), ExitStatus::failure);
  EXPECT_EQ(status_of_thrown<SystemError>(), ExitStatus::failure);
  EXPECT_EQ(status_of_thrown<Error>(), ExitStatus::failure);
}

TEST(Error, ExitStatusesAreTheDocumentedNumbers) {
  EXPECT_EQ(static_cast<int>(ExitStatus::success), 0);
  EXPECT_EQ(static_cast<int>(ExitStatus::prediction_rejected), 1);
  EXPECT_EQ(static_cast<int>(ExitStatus::bad_input), 2);
  EXPECT_EQ(static_cast<int>(ExitStatus::failure), 3);
}

}  // namespace
}  // namespace rmtheat
