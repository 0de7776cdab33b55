#include "verb_table.hpp"

#include <limits>
#include <utility>

#include <fmt/format.h>

#include "estimate.hpp"
#include "rmtheat/support/parse.hpp"
#include "time_limit.hpp"

namespace rmtheat::app {
namespace {

constexpr std::uint64_t most_ranks = 10'000'000;
constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();
constexpr std::uint64_t most_values = 1'000'000;

VerbOption flag(std::string name, bool Given::*place) {
  return {std::move(name), "", "",
          [place](Given& given, std::string_view) { return given.*place = true; }};
}

/// `place` is of the kind's type, or an optional of that.
template <class T, class Place>
VerbOption value(std::string name, std::string placeholder, const ValueKind<T>& kind,
                 Place Given::*place) {
  return {std::move(name), std::move(placeholder), kind.allowed,
          [parse = kind.parse, place](Given& given, std::string_view text) {
            auto parsed = parse(text);
            if (parsed) {
              given.*place = std::move(*parsed);
            }
            return parsed.has_value();
          }};
}

VerbOption required(VerbOption option) {
  option.required = true;
  return option;
}

/// Of every verb that reads a results file.
VerbOption trust() { return flag("--trust", &Given::trust); }

VerbOption job_file() { return value("--config", "JOB.ini", text("a path"), &Given::config); }

}  // namespace

std::vector<Verb> verb_table() {
  const Verb::Files results = {"RESULTS.h5", "a results file", 1};
  return {
      {"run",
       run,
       {},
       {job_file(), flag("--restart", &Given::restart),
        value("--time-limit", "LIMIT", time_limit(), &Given::time_limit),
        value("--scan-index", "K", whole(0, most_values), &Given::scan_index),
        flag("--dry-run", &Given::dry_run), trust()},
       true,
       "simulate an ensemble, write or continue its results file (start with mpirun or srun); of a "
       "scan, axes in the section [scan], all points, in a SLURM array this task's, or one; with "
       "--dry-run only say what would be done and what it takes"},
      {"predict",
       predict,
       {},
       {job_file(),
        value("--sweep", "SECTION.KEY=FIRST:LAST:COUNT",
              text("an option and its values, for example coupling.strength=0.05:0.4:8"),
              &Given::sweep),
        trust()},
       true,
       "write the predictions alone, without a simulation; --sweep is one more axis of [scan], a "
       "results file for each value"},
      {"compare",
       compare,
       results,
       {value("--prediction", "NAME",
              text("a prediction's name: LO, NLO, all-orders or kinetic; with finite_n/ (for the "
                   "levels used) or large_n/ before it"),
              &Given::prediction),
        value("--with", "OTHER.h5", text("a results file of the same times and temperatures"),
              &Given::with),
        value("--observable", "NAME", text("an observable's name, heat_current"),
              &Given::observable),
        value("--pair", "K", whole(0, most_values), &Given::pair),
        flag("--verbose", &Given::verbose),
        value("--max-chi2", "X", positive_real(), &Given::max_chi2),
        value("--significance", "A", real_between(0.0, 1.0), &Given::significance),
        flag("--json", &Given::json), trust()},
       false,
       "hold a simulation against its predictions, a line each, or with --observable, --pair or "
       "--verbose their details, or against another simulation; exit status 1 when the named one, "
       "or that, is rejected"},
      {"table",
       table,
       {"RESULTS.h5|FOLDER ...", "results files or folders of them", any_number},
       {flag("--csv", &Given::csv), flag("--json", &Given::json),
        value("--significance", "A", real_between(0.0, 1.0), &Given::significance), trust()},
       false,
       "a line for each results file and temperature pair: what differs between them, late means "
       "with errors, the verdict on each prediction"},
      {"merge",
       merge,
       {"PART.h5 ...", "the parts to merge", any_number},
       {required(value("--output", "ALL.h5", text("a path"), &Given::output)),
        flag("--allow-gaps", &Given::allow_gaps), flag("--pool", &Given::pool), trust()},
       false,
       "join the parts of an array job into the results of one run; with --pool also simulations "
       "that differ in their seed"},
      {"info",
       info,
       {"RESULTS.h5|FOLDER ...", "a results file, or several, or folders of them", any_number},
       {flag("--config", &Given::with_config), trust(),
        value("--target-error", "X", real_between(0.0, 1.0), &Given::target_error)},
       false,
       "say what is in a results file, how far its job is and how long a target error will take; "
       "of "
       "several files, or of a scan's folder, how far each is and what is missing"},
      {"info --estimate",
       estimate,
       {"JOB.ini", "a job's INI file", 1},
       {value("--ranks", "R", whole(1, most_ranks), &Given::ranks),
        value("--memory-per-rank", "GIB", real_from(0.001, 1e6), &Given::memory_per_rank)},
       true,
       "say what time and memory a job will take"},
  };
}

std::string usage(const Verb& verb) {
  auto text = verb.name;
  if (verb.files.most > 0) {
    text += " " + verb.files.placeholder;
  }
  for (const auto& option : verb.options) {
    const auto form =
        option.is_flag() ? option.name : fmt::format("{}={}", option.name, option.placeholder);
    text += option.required ? " " + form : fmt::format(" [{}]", form);
  }
  return text + (verb.takes_job ? " [--SECTION.KEY=VALUE ...]" : "");
}

std::string verb_help(const Verb& verb) {
  auto text = fmt::format("usage: rmtheat {}\n\n  {}\n\n", usage(verb), verb.summary);
  for (const auto& option : verb.options) {
    if (!option.is_flag()) {
      text += fmt::format("  {}={}\n      {}\n", option.name, option.placeholder, option.allowed);
    }
  }
  return text + "\nAll options: rmtheat --help\n";
}

}  // namespace rmtheat::app
