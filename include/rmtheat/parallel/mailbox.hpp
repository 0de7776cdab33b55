#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "rmtheat/parallel/communicator.hpp"

namespace rmtheat::parallel {

/// Letters from any rank to any rank (itself too) at any time, of any length below 2 GiB, for those
/// who cannot wait for each other. On a communicator of its own, so that letters never meet other
/// messages.
///
/// Several threads of a process may use it at once where threads_may_communicate(), else one.
class Mailbox {
 public:
  struct Letter {
    int sender = 0;
    std::vector<std::byte> content;
  };

  /// Collective over `all`.
  explicit Mailbox(const Communicator& all) : communicator_(all.duplicate()) {}

  /// Sends a letter without waiting for it to be taken. Throws SystemError.
  void post(int destination, int subject, std::vector<std::byte> content);

  /// The next letter of this subject if one has arrived as a whole; letters of one sender and
  /// subject come in the order in which they were posted. Never waits. Throws SystemError.
  [[nodiscard]] std::optional<Letter> take(int subject);

  /// Moves posted letters on: a long one leaves only while its sender is inside MPI. To be called
  /// now and then by a rank that computes. Throws SystemError.
  void advance();

 private:
  struct Posted {
    std::vector<std::byte> content;
    Request request;
  };
  struct Arriving {
    int subject = 0;
    Letter letter;
    Request request;
  };

  void forget_sent();
  void begin_receiving(int subject);

  Communicator communicator_;
  std::mutex mutex_;
  std::list<Posted> posted_;
  std::list<Arriving> arriving_;  ///< in the order of their arrival
};

}  // namespace rmtheat::parallel
