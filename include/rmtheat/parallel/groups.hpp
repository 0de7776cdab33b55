#pragma once

#include "rmtheat/parallel/communicator.hpp"

namespace rmtheat::parallel {

/// The group of consecutive ranks that this process works in.
///
/// `ranks_per_group` is the most a group may have: there are ceil(size / ranks_per_group) groups,
/// as equal as possible (sizes differ by at most one).
class Group {
 public:
  /// Collective over `all`. Throws InputError unless 1 <= ranks_per_group.
  Group(const Communicator& all, int ranks_per_group);

  /// Which group this is, 0 <= index < count.
  [[nodiscard]] int index() const { return index_; }
  [[nodiscard]] int count() const { return count_; }
  /// The processes of this group alone, in their order in `all`.
  [[nodiscard]] const Communicator& communicator() const { return communicator_; }

 private:
  int count_;
  int index_;
  Communicator communicator_;
};

}  // namespace rmtheat::parallel
