#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "documents.hpp"
#include "rmtheat/io/options.hpp"
#include "rmtheat/io/provenance.hpp"
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
  fmt::print("{}", text);
  return ExitStatus::success;
}

ExitStatus perform(const Arguments& arguments) {
  if (arguments.empty()) {
    fmt::print(stderr, "{}", rmtheat::app::help());
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
      "'{}' is no verb; use run, predict, compare, merge or info (rmtheat --help).", name));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return static_cast<int>(perform(Arguments(argv + 1, argv + argc)));
  } catch (const rmtheat::Error& error) {
    fmt::print(stderr, "rmtheat: {}\n", error.what());
    return static_cast<int>(error.exit_status());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "rmtheat: out of memory.\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "rmtheat: internal error: {}\n", error.what());
  }
  return static_cast<int>(ExitStatus::failure);
}
