#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "documents.hpp"
#include "rmtheat/io/options.hpp"
#include "rmtheat/io/provenance.hpp"
#include "rmtheat/support/available_memory.hpp"
#include "rmtheat/support/progress.hpp"
#include "rmtheat/support/streams.hpp"
#include "verb_table.hpp"

namespace {

using rmtheat::ExitStatus;
using rmtheat::app::Arguments;
using rmtheat::app::Verb;

/// The verb of this name; where one of its arguments selects another form of it, that, without the
/// argument.
std::optional<Verb> chosen_verb(const std::string& name, Arguments& arguments) {
  std::optional<Verb> chosen;
  for (const auto& verb : rmtheat::app::verb_table()) {
    if (verb.name == name) {
      chosen = verb;
    } else if (verb.first_word() == name) {
      const auto selects = std::ranges::find(arguments, verb.name.substr(name.size() + 1));
      if (selects != arguments.end()) {
        arguments.erase(selects);
        return verb;
      }
    }
  }
  return chosen;
}

ExitStatus print(const std::string& text) {
  rmtheat::to_stdout("{}", text);
  return ExitStatus::success;
}

ExitStatus perform(const Arguments& arguments) {
  if (arguments.empty()) {
    rmtheat::to_stderr("{}", rmtheat::app::help());
    return ExitStatus::bad_input;
  }
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    return print(rmtheat::app::help());
  }
  if (name == "--version") {
    const auto provenance = rmtheat::io::current_provenance(1, "");
    return print(fmt::format("rmtheat {} ({})\n", provenance.code_version, provenance.git_commit));
  }
  if (name == "--options-markdown") {
    return print(rmtheat::io::options_markdown());
  }
  if (name == "--manual-page") {
    return print(rmtheat::app::manual_page());
  }
  if (name == "--bash-completion") {
    return print(rmtheat::app::bash_completion());
  }
  Arguments rest(arguments.begin() + 1, arguments.end());
  if (const auto verb = chosen_verb(name, rest)) {
    const bool asks = std::ranges::count(rest, "--help") + std::ranges::count(rest, "-h") > 0;
    return asks ? print(rmtheat::app::verb_help(*verb)) : verb->perform(rest);
  }
  throw rmtheat::InputError(fmt::format(
      "'{}' is no verb; use run, predict, compare, table, merge or info (rmtheat --help).", name));
}

/// Ends the program where it has too little address space (ulimit -v): OpenBLAS would ask again and
/// again for memory that it cannot have, also when the program leaves in the usual way.
void require_address_space() {
  constexpr double least = 1024.0 * 1024.0 * 1024.0;  // libraries and their buffers took 0.6 GiB
  const double limit = rmtheat::address_space_limit();
  if (limit < least) {
    rmtheat::to_stderr(
        "rmtheat: The address space is limited to {} (ulimit -v), but must be {} or more.\n",
        rmtheat::readable_bytes(limit), rmtheat::readable_bytes(least));
    std::_Exit(static_cast<int>(ExitStatus::bad_input));
  }
}

}  // namespace

int main(int argc, char** argv) {
  rmtheat::prepare_streams();
  require_address_space();
  try {
    const auto status = perform(Arguments(argv + 1, argv + argc));
    rmtheat::finish_stdout();
    return static_cast<int>(status);
  } catch (const rmtheat::Error& error) {
    rmtheat::to_stderr("rmtheat: {}\n", error.what());
    return static_cast<int>(error.exit_status());
  } catch (const std::bad_alloc&) {
    rmtheat::to_stderr("rmtheat: out of memory.\n");
  } catch (const std::exception& error) {
    rmtheat::to_stderr("rmtheat: internal error: {}\n", error.what());
  }
  return static_cast<int>(ExitStatus::failure);
}
