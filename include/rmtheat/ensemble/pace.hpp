#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace rmtheat::ensemble {

/// How fast the groups of a run get through their shares of the realizations (as run_realizations()
/// deals them out), and when the last will be done. Times in seconds since the run began.
class Pace {
 public:
  /// `todo` ascends.
  Pace(std::vector<std::size_t> todo, std::size_t groups);

  /// To be called when a realization of `todo` is finished.
  void finished(std::size_t realization, double seconds);

  /// When the last one will be finished: each group goes on at its own average pace, those that
  /// have not finished any yet at that of all. A group's first realization, which also allocates,
  /// is left out of its pace once there are others. Nothing before the first is finished.
  [[nodiscard]] std::optional<double> end() const;
  /// Realizations per second of all groups together, zero before the first is finished.
  [[nodiscard]] double rate() const;

 private:
  struct GroupPace {
    std::size_t share = 0;
    std::size_t finished = 0;
    double first = 0.0;    ///< when it finished its first one
    double seconds = 0.0;  ///< when it finished its last one
  };

  /// Seconds for one realization.
  [[nodiscard]] double each(const GroupPace& group) const;

  std::vector<std::size_t> todo_;
  std::vector<GroupPace> groups_;
};

}  // namespace rmtheat::ensemble
