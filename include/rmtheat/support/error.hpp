#pragma once

#include <stdexcept>
#include <string>

namespace rmtheat {

/// Exit statuses of the program. They are part of its interface: job scripts test them.
enum class ExitStatus : int {
  success = 0,
  prediction_rejected = 1,  ///< `compare`: the named prediction does not hold
  bad_input = 2,            ///< the user's request cannot be carried out as it stands
  failure = 3,              ///< the computation or the machine failed
  interrupted = 75,         ///< stopped in time, all kept: start the same job again to go on
};

/// Base of every error of this code. The message is one sentence for the user.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  [[nodiscard]] virtual ExitStatus exit_status() const noexcept { return ExitStatus::failure; }
};

/// An option, a value or a file of the user's cannot be used. The message names the option, the
/// value and what is allowed.
class InputError : public Error {
 public:
  using Error::Error;
  [[nodiscard]] ExitStatus exit_status() const noexcept override { return ExitStatus::bad_input; }
};

/// A computation did not reach the accuracy it must have (non-zero info, residual, NaN).
class NumericalError : public Error {
 public:
  using Error::Error;
};

/// The machine failed: memory, disk, MPI or HDF5.
class SystemError : public Error {
 public:
  using Error::Error;
};

}  // namespace rmtheat
