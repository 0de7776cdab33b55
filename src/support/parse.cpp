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

constexpr std::string_view space = " \t";

/// True for "0,3" and "-1,5e-3".
bool has_decimal_comma(std::string_view word) {
  word.remove_suffix(word.ends_with(',') ? 1 : 0);
  const auto comma = word.find(',');
  const auto last = word.substr(std::min(comma, word.size() - 1) + 1);
  return comma != std::string_view::npos && parse_number<double>(last).has_value() &&
         last.find_first_of("+-.") != 0 && last.find('.') == std::string_view::npos &&
         parse_number<double>(word.substr(0, comma)).has_value() &&
         word.substr(0, comma).find_first_of(".eEdD") == std::string_view::npos;
}

/// Calls `take(word)` for the words between spaces, until it returns false.
template <class Take>
bool each_word(std::string_view text, Take take) {
  for (auto begin = text.find_first_not_of(space); begin != std::string_view::npos;
       begin = text.find_first_not_of(space)) {
    text.remove_prefix(begin);
    const auto word = text.substr(0, text.find_first_of(space));
    if (!take(word)) {
      return false;
    }
    text.remove_prefix(word.size());
  }
  return true;
}

/// Numbers separated by spaces, or nothing when one of them is none.
std::optional<std::vector<double>> parse_words(std::string_view text) {
  std::vector<double> values;
  const bool are_numbers = each_word(text, [&values](std::string_view word) {
    const auto value = parse_number<double>(word);
    if (value) {
      values.push_back(*value);
    }
    return value.has_value();
  });
  return are_numbers ? std::optional(values) : std::nullopt;
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

std::string decimal_comma_hint(std::string_view text) {
  const bool found = !each_word(text, [](auto word) { return !has_decimal_comma(word); });
  return found ? "; is the comma a decimal one, write a point, and else a space after it" : "";
}

ValueKind<std::vector<double>> real_list() {
  return {
      "one or more numbers, separated by commas or spaces",
      [](std::string_view text) -> std::optional<std::vector<double>> {
        std::vector<double> values;
        if (!decimal_comma_hint(text).empty()) {
          return std::nullopt;
        }
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
            // Blanks at its ends would be lost in the options that a results file holds.
            const bool bare = !given.empty() &&
                              space.find(given.front()) == std::string_view::npos &&
                              space.find(given.back()) == std::string_view::npos;
            return bare ? std::optional<std::string>(given) : std::nullopt;
          },
          [](const std::string& value) { return value; }};
}

}  // namespace rmtheat
