#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "option_table.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/parse.hpp"

namespace rmtheat::io {

/// The most that sizes, steps and the like may be.
inline constexpr std::uint64_t largest_size = 1'000'000;

/// The words about an option.
struct Words {
  std::string key;
  std::string units;
  std::string default_value;
  std::string description;
};

/// `access` maps Settings& to the value's place in it.
template <class T, class Access>
Option option(const std::string& section, Words words, ValueKind<T> kind, Access access) {
  const auto always = [](const Settings&) { return true; };
  const auto name = section + "." + words.key;
  return {{section, std::move(words.key), std::move(words.units), std::move(words.default_value),
           kind.allowed, std::move(words.description)},
          [=](Settings& settings, std::string_view value) {
            auto parsed = kind.parse(value);
            if (!parsed) {
              throw InputError(fmt::format("{} = {}: the value must be {}{}.", name, value,
                                           kind.allowed, decimal_comma_hint(value)));
            }
            access(settings) = std::move(*parsed);
          },
          [=](const Settings& settings) { return kind.print(access(settings)); },
          always,
          always,
          always,
          {}};
}

}  // namespace rmtheat::io
