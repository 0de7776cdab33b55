#include "rmtheat/ensemble/runner.hpp"

#include <algorithm>
#include <deque>
#include <span>
#include <utility>

#include "rmtheat/parallel/request.hpp"
#include "sample_format.hpp"

namespace rmtheat::ensemble {
namespace {

using model::Experiment;
using parallel::Communicator;

/// The realizations of one group, in the order in which it takes them.
std::deque<std::size_t> share_of(int group, int groups, const std::vector<std::size_t>& todo) {
  std::deque<std::size_t> share;
  for (auto k = static_cast<std::size_t>(group); k < todo.size();
       k += static_cast<std::size_t>(groups)) {
    share.push_back(todo[k]);
  }
  return share;
}

/// The root's end of the samples' way: one receive is always open per remote group, so that
/// finished samples arrive while the root works on its own realizations.
class Inbox {
 public:
  Inbox(const Communicator& world, const SampleFormat& format) : world_(world), format_(format) {}
  Inbox(const Inbox&) = delete;
  Inbox(Inbox&&) = delete;
  Inbox& operator=(const Inbox&) = delete;
  Inbox& operator=(Inbox&&) = delete;
  /// After an error here the remaining samples may never be sent: do not wait for them.
  ~Inbox() {
    for (auto& source : sources_) {
      source.request.cancel();
    }
  }

  /// A remote group's leader will send these realizations in this order.
  void expect(int leader, std::deque<std::size_t> indices) {
    if (indices.empty()) {
      return;
    }
    sources_.push_back({leader, std::move(indices), std::vector<double>(format_.length()), {}});
    open(sources_.back());
  }

  /// Hands on what has arrived; with `wait`, until nothing is outstanding.
  void drain(bool wait, const OnFinished& on_finished) {
    for (auto& source : sources_) {
      while (!source.indices.empty()) {
        if (wait) {
          source.request.wait();
        } else if (!source.request.test()) {
          break;
        }
        Sample sample = format_.unpack(source.buffer);
        const std::size_t index = source.indices.front();
        source.indices.pop_front();
        if (!source.indices.empty()) {
          open(source);
        }
        on_finished(index, std::move(sample));
      }
    }
  }

 private:
  struct Source {
    int leader;
    std::deque<std::size_t> indices;
    std::vector<double> buffer;
    parallel::Request request;
  };

  void open(Source& source) {
    source.request = world_.irecv(std::span(source.buffer), source.leader);
  }

  const Communicator& world_;
  const SampleFormat& format_;
  std::deque<Source> sources_;  // a deque: buffers must not move while a receive is open
};

/// A leader's end: samples under way, each with the buffer that MPI still reads.
class Outbox {
 public:
  explicit Outbox(const Communicator& world) : world_(world) {}

  void send(std::vector<double> row) {
    while (!under_way_.empty() && under_way_.front().request.test()) {
      under_way_.pop_front();
    }
    auto& message = under_way_.emplace_back(Message{std::move(row), {}});
    message.request = world_.isend(std::span<const double>(message.row), 0);
  }

 private:
  struct Message {
    std::vector<double> row;
    parallel::Request request;
  };

  const Communicator& world_;
  std::deque<Message> under_way_;
};

/// World rank of each group's first process, on the root.
std::vector<int> leaders_of(const Communicator& world, const parallel::Group& group) {
  std::vector<int> leaders(static_cast<std::size_t>(group.count()));
  const bool leads = group.communicator().is_root();
  const auto gathered = world.gather(std::vector<int>{leads ? group.index() : -1});
  for (std::size_t rank = 0; rank < gathered.size(); ++rank) {
    if (gathered[rank].front() >= 0) {
      leaders[static_cast<std::size_t>(gathered[rank].front())] = static_cast<int>(rank);
    }
  }
  return leaders;
}

}  // namespace

void run_realizations(const Communicator& world, const parallel::Group& group,
                      const Experiment& experiment, dynamics::Engine& engine,
                      const std::vector<std::size_t>& todo, const OnFinished& on_finished) {
  const SampleFormat format(experiment);
  const auto leaders = leaders_of(world, group);
  Inbox inbox(world, format);
  Outbox outbox(world);
  if (world.is_root()) {
    for (int other = 1; other < group.count(); ++other) {
      inbox.expect(leaders[static_cast<std::size_t>(other)], share_of(other, group.count(), todo));
    }
  }
  for (const std::size_t index : share_of(group.index(), group.count(), todo)) {
    Sample sample = engine.propagate(experiment.first_realization + index);
    if (world.is_root()) {
      on_finished(index, std::move(sample));
      inbox.drain(false, on_finished);
    } else if (group.communicator().is_root()) {
      outbox.send(format.pack(sample));
    }
  }
  inbox.drain(true, on_finished);
}

}  // namespace rmtheat::ensemble
