#include "time_limit.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string_view>

namespace rmtheat::app {
namespace {

constexpr double share_before_end = 0.2;

/// Hours, minutes and seconds, the latter two with two digits.
std::optional<double> clock_time(std::string_view text) {
  const auto minutes_begin = text.find(':');
  if (minutes_begin == std::string_view::npos || text.size() != minutes_begin + 6 ||
      text[minutes_begin + 3] != ':') {
    return std::nullopt;
  }
  const auto hours = parse_number<std::uint32_t>(text.substr(0, minutes_begin));
  const auto minutes = parse_number<std::uint32_t>(text.substr(minutes_begin + 1, 2));
  const auto seconds = parse_number<std::uint32_t>(text.substr(minutes_begin + 4, 2));
  if (!hours || !minutes || !seconds || *minutes >= 60 || *seconds >= 60) {
    return std::nullopt;
  }
  return 3600.0 * *hours + 60.0 * *minutes + *seconds;
}

}  // namespace

ValueKind<double> time_limit() {
  return {"a number of seconds > 0, or HH:MM:SS",
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
