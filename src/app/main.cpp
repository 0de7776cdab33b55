#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "rmtheat/app/verbs.hpp"
#include "rmtheat/io/options.hpp"
#include "rmtheat/io/provenance.hpp"

namespace {

using rmtheat::ExitStatus;
using rmtheat::app::Arguments;

struct Verb {
  std::string_view name;
  ExitStatus (*perform)(const Arguments&);
  std::string_view usage;
  std::string_view summary;
};

constexpr std::array<Verb, 5> verbs = {{
    {"run", rmtheat::app::run,
     "run [--config JOB.ini] [--SECTION.KEY=VALUE ...] [--restart] [--time-limit=LIMIT]",
     "simulate an ensemble, write or continue its results file (start with mpirun or srun)"},
    {"predict", rmtheat::app::predict,
     "predict [--config JOB.ini] [--SECTION.KEY=VALUE ...] [--sweep SECTION.KEY=FIRST:LAST:COUNT]",
     "write the predictions alone, without a simulation"},
    {"compare", rmtheat::app::compare,
     "compare RESULTS.h5 [--prediction NAME] [--max-chi2 X] [--significance A] [--json]",
     "hold a simulation against its predictions; exit status 1 when the named one does not hold"},
    {"merge", rmtheat::app::merge, "merge PART.h5 ... --output ALL.h5 [--allow-gaps]",
     "join the parts of an array job into the results of one run"},
    {"info", rmtheat::app::info,
     "info RESULTS.h5 [--config] | info --estimate JOB.ini [--SECTION.KEY=VALUE ...] [--ranks=R] "
     "[--memory-per-rank=GIB]",
     "say what is in a results file, or what time and memory a job will take"},
}};

void print_help(std::FILE* stream) {
  fmt::print(stream, "usage: rmtheat VERB ...\n\n");
  for (const auto& verb : verbs) {
    fmt::print(stream, "  rmtheat {}\n      {}\n", verb.usage, verb.summary);
  }
  fmt::print(
      stream,
      "  rmtheat --help | --version | --options-markdown\n\n"
      "Exit status: 0 success, 1 prediction rejected (compare), 2 bad input, 3 failure,\n"
      "75 interrupted (signal or time limit, in seconds or HH:MM:SS), all kept: start again to go "
      "on.\n\n"
      "Options of run and predict, in the INI file as [SECTION] KEY = VALUE or on the command "
      "line\nas --SECTION.KEY=VALUE, which wins:\n\n{}",
      rmtheat::io::options_help());
}

ExitStatus perform(const Arguments& arguments) {
  if (arguments.empty()) {
    print_help(stderr);
    return ExitStatus::bad_input;
  }
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    print_help(stdout);
    return ExitStatus::success;
  }
  if (name == "--version") {
    const auto provenance = rmtheat::io::current_provenance(1, "");
    fmt::print("rmtheat {} ({})\n", provenance.code_version, provenance.git_commit);
    return ExitStatus::success;
  }
  if (name == "--options-markdown") {
    fmt::print("{}", rmtheat::io::options_markdown());
    return ExitStatus::success;
  }
  for (const auto& verb : verbs) {
    if (verb.name == name) {
      const Arguments rest(arguments.begin() + 1, arguments.end());
      for (const auto& argument : rest) {
        if (argument == "--help" || argument == "-h") {
          fmt::print("usage: rmtheat {}\n\n  {}\n\nAll options: rmtheat --help\n", verb.usage,
                     verb.summary);
          return ExitStatus::success;
        }
      }
      return verb.perform(rest);
    }
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
