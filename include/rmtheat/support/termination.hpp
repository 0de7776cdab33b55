#pragma once

#include <array>
#include <csignal>
#include <optional>
#include <string_view>

namespace rmtheat {

/// Notes SIGTERM, SIGUSR1, SIGINT and SIGHUP instead of dying of them, as long as it lives; SIGHUP
/// stays ignored where it was (nohup). At most one object at a time.
class TerminationSignals {
 public:
  TerminationSignals();
  ~TerminationSignals();
  TerminationSignals(const TerminationSignals&) = delete;
  TerminationSignals(TerminationSignals&&) = delete;
  TerminationSignals& operator=(const TerminationSignals&) = delete;
  TerminationSignals& operator=(TerminationSignals&&) = delete;

  /// Name of the last signal that came since the object was made: "SIGTERM". From any thread.
  [[nodiscard]] std::optional<std::string_view> received() const;

 private:
  struct Caught {
    int number;
    std::string_view name;
  };
  static constexpr std::array<Caught, 4> caught = {
      {{SIGTERM, "SIGTERM"}, {SIGUSR1, "SIGUSR1"}, {SIGINT, "SIGINT"}, {SIGHUP, "SIGHUP"}}};

  std::array<struct sigaction, caught.size()> earlier_{};
};

}  // namespace rmtheat
