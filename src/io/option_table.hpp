#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rmtheat/io/options.hpp"
#include "rmtheat/io/settings.hpp"

namespace rmtheat::io {

/// One option: how it is called, what it may be, and how it passes between text and Settings.
struct Option : OptionSummary {
  /// Reads a value. Throws InputError naming option, value and what is allowed.
  std::function<void(Settings&, std::string_view)> read;
  std::function<std::string(const Settings&)> write;

  /// Whether the option may be given, whether its default then holds where it is not, and whether
  /// the resolved text has it. All depend on the option `chosen_by` alone.
  std::function<bool(const Settings&)> belongs;
  std::function<bool(const Settings&)> defaulted;
  std::function<bool(const Settings&)> resolved;
  std::string chosen_by;  ///< key of an earlier option in the section, empty for none

  /// Whether two values, as text, are the same physics: where a computer made one, up to rounding.
  std::function<bool(const std::string&, const std::string&)> same = std::equal_to<>();

  [[nodiscard]] std::string name() const { return section + "." + key; }
};

/// Every option, section by section; a system's density and the coupling's structure come before
/// what depends on them. This table
/// is the one place where options are described: the parser, --help, the resolved text and the
/// README are made from it.
std::vector<Option> option_table();

}  // namespace rmtheat::io
