#include "rmtheat/support/termination.hpp"

#include <atomic>

namespace rmtheat {
namespace {

/// A signal handler can reach nothing but static storage. Blocking the signals and waiting for them
/// in one thread would need none, but threads that libraries start before main() (OpenBLAS does)
/// would still take them and end the program.
std::atomic<int>& last_signal() {
  static constinit std::atomic<int> number{0};
  static_assert(std::atomic<int>::is_always_lock_free);
  return number;
}

extern "C" void note_signal(int number) { last_signal().store(number, std::memory_order_relaxed); }

}  // namespace

TerminationSignals::TerminationSignals() {
  last_signal() = 0;
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (std::size_t k = 0; k < caught.size(); ++k) {
    sigaction(caught[k].number, &action, &earlier_[k]);
    if (caught[k].number == SIGHUP && earlier_[k].sa_handler == SIG_IGN) {
      sigaction(SIGHUP, &earlier_[k], nullptr);
    }
  }
}

TerminationSignals::~TerminationSignals() {
  for (std::size_t k = 0; k < caught.size(); ++k) {
    sigaction(caught[k].number, &earlier_[k], nullptr);
  }
}

std::optional<std::string_view> TerminationSignals::received() const {
  const int number = last_signal().load(std::memory_order_relaxed);
  for (const auto& signal : caught) {
    if (signal.number == number) {
      return signal.name;
    }
  }
  return std::nullopt;
}

}  // namespace rmtheat
