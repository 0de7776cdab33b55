#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "rmtheat/parallel/communicator.hpp"

namespace rmtheat::parallel {

/// Collective. If any rank passes an error, every rank throws the lowest failing rank's: the same
/// message and the same kind (InputError, NumericalError, SystemError, else Error; lack of memory
/// is a SystemError).
void rethrow_together(const Communicator& communicator, const std::exception_ptr& error);

/// Runs f on every rank and returns its result; if it threw on any rank, every rank throws the same
/// error, so that none is left waiting for one that has gone. Collective.
///
/// f must not communicate after a point where some ranks may already have thrown.
template <class F>
std::invoke_result_t<F> agree(const Communicator& communicator, F&& f) {
  const auto guarded = [&](auto&& call) {
    std::exception_ptr error;
    try {
      call();
    } catch (...) {
      error = std::current_exception();
    }
    rethrow_together(communicator, error);
  };
  if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
    guarded(std::forward<F>(f));
  } else {
    std::optional<std::invoke_result_t<F>> result;
    guarded([&] { result.emplace(std::forward<F>(f)()); });
    return std::move(*result);
  }
}

/// Runs f on rank 0 alone; every rank returns its result or throws its error. The result must be
/// something Communicator::broadcast takes, default-constructible, or void. Collective.
template <class F>
std::invoke_result_t<F> on_root(const Communicator& communicator, F&& f) {
  if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
    agree(communicator, [&] {
      if (communicator.is_root()) {
        std::forward<F>(f)();
      }
    });
  } else {
    std::invoke_result_t<F> result{};
    agree(communicator, [&] {
      if (communicator.is_root()) {
        result = std::forward<F>(f)();
      }
    });
    communicator.broadcast(result);
    return result;
  }
}

}  // namespace rmtheat::parallel
