#include "time_limit.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include <fmt/format.h>

namespace rmtheat::app {
namespace {

constexpr double share_before_end = 0.2;

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc() && result.ptr == end ? std::optional(value) : std::nullopt;
}

/// Hours, minutes and seconds, the latter two with two digits.
std::optional<double> clock_time(std::string_view text) {
  const auto minutes_begin = text.find(':');
  if (minutes_begin == std::string_view::npos || text.size() != minutes_begin + 6 ||
      text[minutes_begin + 3] != ':') {
    return std::nullopt;
  }
  const auto hours = number<std::uint32_t>(text.substr(0, minutes_begin));
  const auto minutes = number<std::uint32_t>(text.substr(minutes_begin + 1, 2));
  const auto seconds = number<std::uint32_t>(text.substr(minutes_begin + 4, 2));
  if (!hours || !minutes || !seconds || *minutes >= 60 || *seconds >= 60) {
    return std::nullopt;
  }
  return 3600.0 * *hours + 60.0 * *minutes + *seconds;
}

double parse(std::string_view text) {
  auto limit = clock_time(text);
  if (!limit) {
    limit = number<double>(text);
  }
  if (!limit || !(*limit > 0.0)) {
    throw InputError(fmt::format(
        "--time-limit = {}: the value must be a number of seconds > 0, or HH:MM:SS.", text));
  }
  return *limit;
}

}  // namespace

std::optional<double> take_time_limit(Arguments& arguments) {
  const std::string flag = "--time-limit";
  const auto found = std::ranges::find_if(arguments, [&](const std::string& argument) {
    return argument == flag || argument.starts_with(flag + "=");
  });
  if (found == arguments.end()) {
    return std::nullopt;
  }
  const bool separate = *found == flag;
  const auto value = separate ? found + 1 : found;
  if (value == arguments.end()) {
    throw InputError("--time-limit: a number of seconds or HH:MM:SS must follow.");
  }
  const double limit = parse(separate ? *value : value->substr(flag.size() + 1));
  arguments.erase(found, value + 1);
  return limit;
}

std::optional<double> seconds_left(std::optional<double> limit) {
  const char* end = std::getenv("SLURM_JOB_END_TIME");
  const auto end_time = end != nullptr ? number<std::int64_t>(end) : std::nullopt;
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
