#include "rmtheat/ensemble/pace.hpp"

#include <algorithm>
#include <utility>

namespace rmtheat::ensemble {

Pace::Pace(std::vector<std::size_t> todo, std::size_t groups)
    : todo_(std::move(todo)), groups_(groups) {
  for (std::size_t k = 0; k < todo_.size(); ++k) {
    ++groups_[k % groups].share;
  }
}

void Pace::finished(std::size_t realization, double seconds) {
  const auto place = std::ranges::lower_bound(todo_, realization) - todo_.begin();
  auto& group = groups_[static_cast<std::size_t>(place) % groups_.size()];
  if (group.finished++ == 0) {
    group.first = seconds;
  }
  group.seconds = seconds;
}

double Pace::each(const GroupPace& group) const {
  if (group.finished > 1) {
    return (group.seconds - group.first) / static_cast<double>(group.finished - 1);
  }
  if (group.finished == 1) {
    return group.first;
  }
  double seconds = 0.0;
  std::size_t count = 0;
  for (const auto& other : groups_) {
    seconds += other.seconds;
    count += other.finished;
  }
  return seconds / static_cast<double>(std::max<std::size_t>(count, 1));
}

std::optional<double> Pace::end() const {
  double latest = 0.0;
  for (const auto& group : groups_) {
    if (group.share > 0) {
      const double first = group.finished > 0 ? group.first : each(group);
      latest = std::max(latest, first + static_cast<double>(group.share - 1) * each(group));
    }
  }
  return latest > 0.0 ? std::optional(latest) : std::nullopt;
}

double Pace::rate() const {
  double sum = 0.0;
  for (const auto& group : groups_) {
    const double seconds = each(group);
    sum += seconds > 0.0 ? 1.0 / seconds : 0.0;
  }
  return sum;
}

}  // namespace rmtheat::ensemble
