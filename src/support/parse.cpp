#include "rmtheat/support/parse.hpp"

#include <algorithm>
#include <limits>

namespace rmtheat {

namespace {

template <class Allows>
ValueKind<double> real_where(std::string allowed, Allows allows) {
  return {std::move(allowed),
          [allows](std::string_view text) {
            const auto value = parse_number<double>(text);
            return value && allows(*value) ? value : std::nullopt;
          },
          [](double value) { return fmt::format("{}", value); }};
}

/// Numbers separated by spaces, or nothing when one of them is none.
std::optional<std::vector<double>> parse_words(std::string_view text) {
  constexpr std::string_view space = " \t";
  std::vector<double> values;
  for (auto begin = text.find_first_not_of(space); begin != std::string_view::npos;
       begin = text.find_first_not_of(space)) {
    text.remove_prefix(begin);
    const auto word = text.substr(0, text.find_first_of(space));
    const auto value = parse_number<double>(word);
    if (!value) {
      return std::nullopt;
    }
    values.push_back(*value);
    text.remove_prefix(word.size());
  }
  return values;
}

}  // namespace

ValueKind<double> real() {
  return real_where("a number", [](double) { return true; });
}

ValueKind<double> positive_real() {
  return real_where("a number > 0", [](double value) { return value > 0.0; });
}

ValueKind<double> non_negative_real() {
  return real_where("a number >= 0", [](double value) { return value >= 0.0; });
}

ValueKind<double> real_from(double least, double most) {
  return real_where(fmt::format("a number from {} to {}", least, most),
                    [=](double value) { return value >= least && value <= most; });
}

ValueKind<double> real_between(double low, double high) {
  return real_where(fmt::format("a number between {} and {}", low, high),
                    [=](double value) { return value > low && value < high; });
}

ValueKind<std::vector<double>> real_list() {
  return {
      "one or more numbers, separated by commas or spaces",
      [](std::string_view text) -> std::optional<std::vector<double>> {
        std::vector<double> values;
        for (std::size_t begin = 0; begin <= text.size();) {
          const auto end = std::min(text.find(',', begin), text.size());
          const auto part = parse_words(text.substr(begin, end - begin));
          if (!part || part->empty()) {
            return std::nullopt;
          }
          values.insert(values.end(), part->begin(), part->end());
          begin = end + 1;
        }
        return values;
      },
      [](const std::vector<double>& values) { return fmt::format("{}", fmt::join(values, ", ")); }};
}

ValueKind<std::uint64_t> whole(std::uint64_t smallest, std::uint64_t largest) {
  return {largest == std::numeric_limits<std::uint64_t>::max()
              ? fmt::format("a whole number >= {}, less than 2^64", smallest)
              : fmt::format("a whole number from {} to {}", smallest, largest),
          [smallest, largest](std::string_view text) {
            const auto value = parse_number<std::uint64_t>(text);
            return value && *value >= smallest && *value <= largest ? value : std::nullopt;
          },
          [](std::uint64_t value) { return fmt::format("{}", value); }};
}

ValueKind<bool> truth() { return choice<bool>({{"true", true}, {"false", false}}); }

ValueKind<std::string> text(std::string allowed) {
  return {std::move(allowed),
          [](std::string_view given) {
            return given.empty() ? std::nullopt : std::optional<std::string>(given);
          },
          [](const std::string& value) { return value; }};
}

}  // namespace rmtheat
