#include "rmtheat/ensemble/reports.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "trajectory_format.hpp"

namespace rmtheat::ensemble {
namespace {

enum Subject : int { report, stop };

/// The first byte of a letter, before the report itself.
enum class Type : unsigned char { finished, group_left, stop_wanted, failed };

using Bytes = std::vector<std::byte>;

Bytes letter(Type type, std::span<const std::byte> content) {
  Bytes bytes(1 + content.size());
  bytes.front() = static_cast<std::byte>(type);
  std::ranges::copy(content, bytes.begin() + 1);
  return bytes;
}

Bytes letter(Type type, const std::string& text) {
  return letter(type, std::as_bytes(std::span(text)));
}

std::string text_of(std::span<const std::byte> content) {
  std::string text(content.size(), ' ');
  std::ranges::copy(content, std::as_writable_bytes(std::span(text)).begin());
  return text;
}

/// A finished realization travels as numbers: its index, then the trajectory.
std::vector<double> row_of(const Finished& finished, const TrajectoryFormat& format) {
  auto row = format.pack(finished.trajectory);
  row.insert(row.begin(), static_cast<double>(finished.index));
  return row;
}

Finished finished_of(std::span<const std::byte> content, const TrajectoryFormat& format) {
  std::vector<double> row(content.size() / sizeof(double));
  std::memcpy(row.data(), content.data(), content.size());
  return {static_cast<std::size_t>(row[0]), format.unpack(std::span(row).subspan(1))};
}

struct Encoder {
  const TrajectoryFormat& format;

  Bytes operator()(const Finished& finished) const {
    const auto row = row_of(finished, format);
    return letter(Type::finished, std::as_bytes(std::span(row)));
  }
  Bytes operator()(const GroupLeft& /*left*/) const {
    return letter(Type::group_left, std::string());
  }
  Bytes operator()(const StopWanted& stop) const { return letter(Type::stop_wanted, stop.reason); }
  Bytes operator()(const Failed& failed) const { return letter(Type::failed, failed.cause); }
};

Report decode(std::span<const std::byte> bytes, const TrajectoryFormat& format) {
  const auto content = bytes.subspan(1);
  switch (static_cast<Type>(bytes.front())) {
    case Type::finished:
      return finished_of(content, format);
    case Type::stop_wanted:
      return StopWanted{text_of(content)};
    case Type::failed:
      return Failed{text_of(content)};
    case Type::group_left:
      break;
  }
  return GroupLeft{};
}

}  // namespace

Reports::Reports(const parallel::Communicator& world, const model::Experiment& experiment,
                 bool with_raw)
    : ranks_(world.size()),
      format_(std::make_unique<TrajectoryFormat>(experiment, with_raw)),
      mailbox_(world) {}

Reports::~Reports() = default;

void Reports::send(const Report& report) {
  mailbox_.post(0, Subject::report, std::visit(Encoder{*format_}, report));
}

bool Reports::stop_ordered() {
  stop_ordered_ = stop_ordered_ || mailbox_.take(Subject::stop).has_value();
  return stop_ordered_;
}

std::optional<Reports::FromRank> Reports::next() {
  const auto letter = mailbox_.take(Subject::report);
  if (!letter) {
    return std::nullopt;
  }
  return FromRank{letter->sender, decode(letter->content, *format_)};
}

void Reports::order_stop() {
  for (int rank = 0; rank < ranks_; ++rank) {
    mailbox_.post(rank, Subject::stop, {});
  }
}

}  // namespace rmtheat::ensemble
