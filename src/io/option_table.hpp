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
  bool physics = true;  ///< false: no realization depends on it

  /// Reads a value. Throws InputError naming option, value and what is allowed.
  std::function<void(Settings&, std::string_view)> read;
  std::function<std::string(const Settings&)> write;

  /// Whether the option may be given, whether its default then holds where it is not, and whether
  /// the resolved text has it. All depend on the density alone.
  std::function<bool(const Settings&)> belongs;
  std::function<bool(const Settings&)> defaulted;
  std::function<bool(const Settings&)> resolved;

  [[nodiscard]] std::string name() const { return section + "." + key; }
};

/// Every option, section by section; a system's density comes before what depends on it. This table
/// is the one place where options are described: the parser, --help, the resolved text and the
/// README are made from it.
std::vector<Option> option_table();

}  // namespace rmtheat::io
