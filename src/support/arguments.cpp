#include "rmtheat/support/arguments.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat {

std::vector<Argument> read_arguments(const std::vector<std::string>& words,
                                     const std::function<bool(const std::string& name)>& is_flag) {
  const std::string dashes = "--";
  std::vector<Argument> arguments;
  for (auto word = words.begin(); word != words.end(); ++word) {
    if (!word->starts_with(dashes)) {
      arguments.push_back({"", *word});
      continue;
    }
    const auto equals = word->find('=');
    Argument argument{word->substr(0, equals), std::nullopt};
    if (std::ranges::find(arguments, argument.name, &Argument::name) != arguments.end()) {
      throw InputError(fmt::format(
          "{}: the option may be given once, but is repeated on the command line.", argument.name));
    }
    if (equals != std::string::npos) {
      argument.value = word->substr(equals + 1);
    } else if (const auto next = word + 1;
               next != words.end() && !next->starts_with(dashes) && !is_flag(argument.name)) {
      argument.value = *next;
      word = next;
    }
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

}  // namespace rmtheat
