#include "time_limit.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string_view>

namespace rmtheat::app {
namespace {

constexpr double share_before_end = 0.2;

/// SLURM's forms but that of minutes alone: MM:SS, HH:MM:SS, D-HH, D-HH:MM and D-HH:MM:SS. The
/// first number is any, the others have two digits.
std::optional<double> clock_time(std::string_view text) {
  const bool has_days = text.find('-') != std::string_view::npos;
  const auto colons = static_cast<std::size_t>(std::ranges::count(text, ':'));
  if (text.find_first_not_of("0123456789-:") != std::string_view::npos || colons > 2 ||
      (colons == 0 && !has_days)) {
    return std::nullopt;
  }
  // The unit that the first number counts; each further one counts the next smaller.
  const std::size_t first = has_days ? 0 : 3 - colons;
  const std::size_t last = has_days ? 1 + colons : 3;
  constexpr std::array<double, 4> seconds = {86400.0, 3600.0, 60.0, 1.0};
  constexpr std::array<std::uint32_t, 4> limits = {0, 24, 60, 60};
  double total = 0.0;
  for (std::size_t unit = first; unit <= last; ++unit) {
    const auto word = text.substr(0, text.find(has_days && unit == first ? '-' : ':'));
    const auto number = parse_number<std::uint32_t>(word);
    if (!number || (unit != first && (word.size() != 2 || *number >= limits.at(unit)))) {
      return std::nullopt;
    }
    total += seconds.at(unit) * *number;
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return total;
}

}  // namespace

ValueKind<double> time_limit() {
  return {
      "a number of seconds > 0, or MM:SS, HH:MM:SS, D-HH, D-HH:MM or D-HH:MM:SS as SLURM has them",
      [](std::string_view text) -> std::optional<double> {
        const auto clock = clock_time(text);
        const auto limit = clock ? clock : parse_number<double>(text);
        return limit && *limit > 0.0 ? limit : std::nullopt;
      },
      {}};
}

std::optional<double> seconds_left(std::optional<double> limit) {
  const char* end = std::getenv("SLURM_JOB_END_TIME");
  const auto end_time = end != nullptr ? parse_number<std::int64_t>(end) : std::nullopt;
  if (!end_time) {
    return limit;
  }
  const double left = std::max(0.0, static_cast<double>(*end_time - std::time(nullptr)));
  return limit ? std::min(*limit, left) : left;
}

double margin_before_end(double seconds, double grace) {
  return std::min(grace, share_before_end * seconds);
}

}  // namespace rmtheat::app
