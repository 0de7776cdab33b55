#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rmtheat {

/// One argument of a command line.
struct Argument {
  std::string name;                  ///< with its dashes, "--time-limit"; empty for a word alone
  std::optional<std::string> value;  ///< or the word alone
};

/// The words of a command line as arguments: "--name=value", "--name value", "--name" and words
/// alone. A name for which `is_flag` holds takes no value from the next word, and none takes a word
/// that begins with "--". Throws InputError for a name that is given twice.
std::vector<Argument> read_arguments(const std::vector<std::string>& words,
                                     const std::function<bool(const std::string& name)>& is_flag);

}  // namespace rmtheat
