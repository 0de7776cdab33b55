#include "rmtheat/parallel/agreement.hpp"

#include <cstdint>
#include <new>
#include <string>

#include "rmtheat/support/error.hpp"

namespace rmtheat::parallel {
namespace {

enum class Kind : std::int32_t { input, numerical, system, other };

struct Failure {
  Kind kind = Kind::other;
  std::string message;
};

Failure describe(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const InputError& e) {
    return {Kind::input, e.what()};
  } catch (const NumericalError& e) {
    return {Kind::numerical, e.what()};
  } catch (const SystemError& e) {
    return {Kind::system, e.what()};
  } catch (const std::bad_alloc&) {
    return {Kind::system, "Out of memory; use more ranks per group or a smaller system."};
  } catch (const std::exception& e) {
    return {Kind::other, e.what()};
  } catch (...) {
    return {Kind::other, "An error of unknown type."};
  }
}

[[noreturn]] void raise(const Failure& failure) {
  switch (failure.kind) {
    case Kind::input:
      throw InputError(failure.message);
    case Kind::numerical:
      throw NumericalError(failure.message);
    case Kind::system:
      throw SystemError(failure.message);
    case Kind::other:
      break;
  }
  throw Error(failure.message);
}

}  // namespace

void rethrow_together(const Communicator& communicator, const std::exception_ptr& error) {
  const auto nobody = static_cast<std::int64_t>(communicator.size());
  const auto first_failing =
      communicator.min(error ? static_cast<std::int64_t>(communicator.rank()) : nobody);
  if (first_failing == nobody) {
    return;
  }
  const auto source = static_cast<int>(first_failing);
  Failure failure;
  if (communicator.rank() == source) {
    failure = describe(error);
  }
  communicator.broadcast(failure.kind, source);
  communicator.broadcast(failure.message, source);
  raise(failure);
}

}  // namespace rmtheat::parallel
