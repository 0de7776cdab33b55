#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rmtheat {

/// The number that the whole of `text` spells, if it spells one that T has; never infinite or NaN.
/// A sign + and Fortran's exponents, 1d-3, are read as well.
template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') {
    text.remove_prefix(1);
  }
  std::string spelled(text);
  if constexpr (std::floating_point<T>) {
    if (const auto exponent = spelled.find_first_of("dD"); exponent != std::string::npos) {
      spelled[exponent] = 'e';
    }
  }
  const char* const end = spelled.data() + spelled.size();
  const auto [rest, error] = std::from_chars(spelled.data(), end, value);
  if (error != std::errc() || rest != end) {
    return std::nullopt;
  }
  if constexpr (std::floating_point<T>) {
    if (!std::isfinite(value)) {
      return std::nullopt;
    }
  }
  return value;
}

/// A kind of value, of an option of a job or of a verb: its text form, and in words what is
/// allowed. `parse` gives nothing for text that is not allowed; `print` gives text that parses back
/// to the identical value.
template <class T>
struct ValueKind {
  std::string allowed;
  std::function<std::optional<T>(std::string_view)> parse;
  std::function<std::string(const T&)> print;
};

ValueKind<double> real();
ValueKind<double> positive_real();
ValueKind<double> non_negative_real();
/// A number in [least, most].
ValueKind<double> real_from(double least, double most);
/// A number in (low, high).
ValueKind<double> real_between(double low, double high);
/// Why `text`, which is not allowed, may look as if it were: a decimal comma. Else empty.
std::string decimal_comma_hint(std::string_view text);
/// One or more numbers, separated by commas or spaces. Two whole numbers joined by a comma alone,
/// "0,3", are refused: they may be one with a decimal comma.
ValueKind<std::vector<double>> real_list();
ValueKind<std::uint64_t> whole(std::uint64_t smallest, std::uint64_t largest);
ValueKind<bool> truth();
/// Text that is not empty, named in words by `allowed`.
ValueKind<std::string> text(std::string allowed);

/// One of a few words. Several words may mean one value: the first is printed.
template <class T>
ValueKind<T> choice(const std::vector<std::pair<std::string, T>>& words) {
  std::vector<std::string> names;
  for (const auto& [name, value] : words) {
    names.push_back(name);
  }
  return {fmt::format("{}", fmt::join(names, " | ")),
          [words](std::string_view given) -> std::optional<T> {
            for (const auto& [name, value] : words) {
              if (name == given) {
                return value;
              }
            }
            return std::nullopt;
          },
          [words](const T& wanted) -> std::string {
            for (const auto& [name, value] : words) {
              if (value == wanted) {
                return name;
              }
            }
            throw std::logic_error("a value without a word in its option's list");
          }};
}

/// A word, for nothing, or a value of another kind.
template <class T>
ValueKind<std::optional<T>> word_or(const std::string& word, ValueKind<T> kind) {
  return {
      word + " | " + kind.allowed,
      [word, kind](std::string_view given) -> std::optional<std::optional<T>> {
        if (given == word) {
          return std::optional<T>();
        }
        const auto value = kind.parse(given);
        return value ? std::optional<std::optional<T>>(value) : std::nullopt;
      },
      [word, kind](const std::optional<T>& value) { return value ? kind.print(*value) : word; }};
}

template <class T>
ValueKind<std::optional<T>> automatic_or(ValueKind<T> kind) {
  return word_or("auto", std::move(kind));
}

/// A value that may be absent: there is no text for its absence.
template <class T>
ValueKind<std::optional<T>> optional(ValueKind<T> kind) {
  return {kind.allowed,
          [kind](std::string_view given) -> std::optional<std::optional<T>> {
            const auto value = kind.parse(given);
            return value ? std::optional<std::optional<T>>(value) : std::nullopt;
          },
          [kind](const std::optional<T>& value) { return kind.print(value.value()); }};
}

}  // namespace rmtheat
