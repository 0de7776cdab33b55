#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "rmtheat/dynamics/trajectory.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/parallel/communicator.hpp"
#include "rmtheat/parallel/mailbox.hpp"

namespace rmtheat::ensemble {

class TrajectoryFormat;

/// A realization is done; its index is relative to the experiment's first one.
struct Finished {
  std::size_t index = 0;
  dynamics::Trajectory trajectory;
};
/// A group will finish no more realizations.
struct GroupLeft {};
/// A rank was asked to stop, and why.
struct StopWanted {
  std::string reason;
};
/// A rank cannot go on.
struct Failed {
  std::string cause;
};
using Report = std::variant<Finished, GroupLeft, StopWanted, Failed>;

/// What ranks tell the root of the world while an ensemble is computed, and the one thing it tells
/// them: to stop. Nobody waits for anybody. The root sends itself reports like the others.
class Reports {
 public:
  /// Collective over `world`. `with_raw`: trajectories have raw curves as well.
  Reports(const parallel::Communicator& world, const model::Experiment& experiment, bool with_raw);
  ~Reports();
  Reports(const Reports&) = delete;
  Reports(Reports&&) = delete;
  Reports& operator=(const Reports&) = delete;
  Reports& operator=(Reports&&) = delete;

  void send(const Report& report);
  /// Moves on what was sent; to be called now and then while the rank computes.
  void advance() { mailbox_.advance(); }
  /// True once the root has ordered to stop. For one thread of a rank.
  [[nodiscard]] bool stop_ordered();

  struct FromRank {
    int rank = 0;
    Report report;
  };
  /// On the root: the next report that has arrived, those of one rank in their order.
  [[nodiscard]] std::optional<FromRank> next();
  /// On the root: tells every rank not to begin another realization.
  void order_stop();

 private:
  int ranks_;
  std::unique_ptr<const TrajectoryFormat> format_;
  parallel::Mailbox mailbox_;
  bool stop_ordered_ = false;
};

}  // namespace rmtheat::ensemble
