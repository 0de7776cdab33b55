#include "documents.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rmtheat/io/options.hpp"
#include "rmtheat/io/provenance.hpp"
#include "verb_table.hpp"

namespace rmtheat::app {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view about_options =
    "Options of jobs stand in the INI file as KEY = VALUE below [SECTION], or on the command line "
    "as --SECTION.KEY=VALUE, which wins.";

constexpr std::array<std::pair<ExitStatus, std::string_view>, 5> exit_statuses = {{
    {ExitStatus::success, "success"},
    {ExitStatus::prediction_rejected,
     "compare: the prediction named, or the other simulation, is rejected"},
    {ExitStatus::bad_input, "bad input, said in one sentence; nothing was computed or changed"},
    {ExitStatus::failure, "failure of the computation or the machine; what was done is kept"},
    {ExitStatus::interrupted,
     "interrupted by a signal or the time limit (seconds, or D-HH:MM:SS), all kept: start the same "
     "job again to go on"},
}};

Words general_options() { return {"--help", "--version"}; }

/// Text as roff shows it unchanged.
std::string roff(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '-') {
      escaped += c == '-' ? "\\-" : "\\e";
    } else {
      escaped += c;
    }
  }
  return escaped.starts_with('.') || escaped.starts_with('\'') ? "\\&" + escaped : escaped;
}

std::string roff_entry(std::string_view term, std::string_view text) {
  return fmt::format(".TP\n.B {}\n{}\n", roff(term), roff(text));
}

/// "--name", with "=" where a value follows.
Words words_of(const std::vector<VerbOption>& options) {
  Words words;
  for (const auto& option : options) {
    words.push_back(option.name + (option.is_flag() ? "" : "="));
  }
  return words;
}

std::string name_of(const io::OptionSummary& option) {
  return fmt::format("--{}.{}=", option.section, option.key);
}

/// The values of an option that are single words: "gue | goe", "auto" of "auto | a number > 0".
Words words_allowed(const io::OptionSummary& option) {
  constexpr std::string_view separator = " | ";
  Words words;
  for (std::size_t begin = 0; begin <= option.allowed.size();) {
    const auto end = std::min(option.allowed.find(separator, begin), option.allowed.size());
    auto word = option.allowed.substr(begin, end - begin);
    if (word.find(' ') == std::string::npos) {
      words.push_back(std::move(word));
    }
    begin = end + separator.size();
  }
  return words;
}

/// The first words of all verbs, in the table's order.
Words first_words() {
  Words words;
  for (const auto& verb : verb_table()) {
    if (words.empty() || words.back() != verb.first_word()) {
      words.push_back(verb.first_word());
    }
  }
  return words;
}

/// ".h5" of "PART.h5 ...", ".ini" of "JOB.ini": the files that a placeholder stands for; empty for
/// any.
std::string kind_of(std::string_view placeholder) {
  for (const std::string_view kind : {".h5", ".ini"}) {
    if (placeholder.find(kind) != std::string_view::npos) {
      return std::string(kind);
    }
  }
  return "";
}

std::string verb_cases() {
  std::string cases;
  Words of_jobs = {};
  for (const auto& option : io::option_summaries()) {
    of_jobs.push_back(name_of(option));
  }
  for (const auto& option : io::option_summaries()) {
    if (option.physics) {
      of_jobs.push_back(fmt::format("--scan.{}.{}=", option.section, option.key));
      if (option.section == "system1") {
        of_jobs.push_back(fmt::format("--scan.system.{}=", option.key));
      }
    }
  }
  for (const auto& name : first_words()) {
    Words words;
    std::string kinds;
    for (const auto& verb : verb_table()) {
      if (verb.first_word() != name) {
        continue;
      }
      const auto kind = kind_of(verb.files.placeholder);
      if (verb.name != name) {
        words.push_back(verb.name.substr(name.size() + 1));
        kinds += fmt::format(" [[ $line == *' {} '* ]] && kind={}", words.back(), kind);
      } else {
        kinds += fmt::format(" kind={};", kind);
      }
      std::ranges::move(words_of(verb.options), std::back_inserter(words));
      if (verb.takes_job) {
        words.emplace_back("$job");
      }
    }
    cases += fmt::format("    {}) words=\"{} --help\";{} ;;\n", name, fmt::join(words, " "), kinds);
  }
  return fmt::format("  local job=\"{}\"\n  case ${{COMP_WORDS[1]}} in\n{}  esac\n",
                     fmt::join(of_jobs, " "), cases);
}

std::string value_cases() {
  std::string cases;
  for (const auto& option : io::option_summaries()) {
    const auto words = words_allowed(option);
    if (!words.empty()) {
      const auto name = name_of(option);
      cases += fmt::format("    {}) words=\"{}\" ;;\n", name.substr(0, name.size() - 1),
                           fmt::join(words, " "));
    }
  }
  for (const auto& verb : verb_table()) {
    for (const auto& option : verb.options) {
      if (const auto kind = kind_of(option.placeholder); !kind.empty()) {
        cases += fmt::format("    {}) kind={} ;;\n", option.name, kind);
      }
    }
  }
  return cases + "    --output.file) kind=.h5 ;;\n";
}

}  // namespace

std::string help() {
  std::string text = "usage: rmtheat VERB ...\n\n";
  for (const auto& verb : verb_table()) {
    text += fmt::format("  rmtheat {}\n      {}\n", usage(verb), verb.summary);
  }
  text += fmt::format(
      "  rmtheat {} | --options-markdown | --manual-page | --bash-completion\n\nExit status:\n",
      fmt::join(general_options(), " | "));
  for (const auto& [status, meaning] : exit_statuses) {
    text += fmt::format("  {:>2}  {}\n", static_cast<int>(status), meaning);
  }
  return text + fmt::format("\n{}\n{}", about_options, io::options_help());
}

std::string manual_page() {
  std::string text = fmt::format(
      ".TH RMTHEAT 1 \"\" \"rmtheat {}\" \"User Commands\"\n.SH NAME\nrmtheat \\- heat transport "
      "between two quantum systems coupled by a random matrix\n.SH SYNOPSIS\n",
      io::current_provenance(1, "").code_version);
  for (const auto& verb : verb_table()) {
    text += fmt::format(".B rmtheat {}\n.br\n", roff(usage(verb)));
  }
  text += fmt::format(".B rmtheat {}\n.SH VERBS\n",
                      roff(fmt::to_string(fmt::join(general_options(), " | "))));
  for (const auto& verb : verb_table()) {
    text += roff_entry(verb.name, verb.summary);
  }
  text += fmt::format(".SH OPTIONS\n{}\n", roff(about_options));
  std::string section;
  for (const auto& option : io::option_summaries()) {
    if (option.section != section) {
      section = option.section;
      text += fmt::format(".SS {}\n", roff(fmt::format("[{}]", section)));
    }
    text += roff_entry(
        fmt::format("{}{}", name_of(option), option.default_value),
        fmt::format("{}: {}{}", option.description, option.allowed,
                    option.units.empty() ? "" : fmt::format(", units {}", option.units)));
  }
  text += fmt::format(".SS [scan]\n{}\n", roff(io::about_scans()));
  text += ".SH EXIT STATUS\n";
  for (const auto& [status, meaning] : exit_statuses) {
    text += roff_entry(fmt::to_string(static_cast<int>(status)), meaning);
  }
  return text;
}

std::string bash_completion() {
  Words verbs = general_options();
  std::ranges::move(first_words(), std::back_inserter(verbs));
  // As '=' separates words for readline, "--a.b=v" arrives as three of them, and so do the names of
  // a scan's files; what is offered takes the place of the last. Names without '=' alone are quoted
  // by readline, which would quote that too.
  return fmt::format(R"(# bash completion for rmtheat, and for rmtheat behind mpirun and its like
_rmtheat_files() {{
  local k
  mapfile -t COMPREPLY < <(compgen -d -- "$1"; compgen -f -X "!*$2" -- "$1" | while read -r file; do
    [[ -d $file ]] || printf '%s\n' "$file"; done)
  if [[ ${{COMPREPLY[*]}} != *=* ]]; then
    compopt -o filenames 2>/dev/null
    return
  fi
  for k in "${{!COMPREPLY[@]}}"; do
    [[ -d ${{COMPREPLY[k]}} ]] && COMPREPLY[k]+=/
    COMPREPLY[k]=${{COMPREPLY[k]#"$3"}}
  done
  [[ ${{COMPREPLY[0]}} == */ ]] && compopt -o nospace 2>/dev/null
}}
_rmtheat() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} whole=${{COMP_WORDS[COMP_CWORD]}} k=$COMP_CWORD before option= words= kind=
  local line=" ${{COMP_WORDS[*]}} "
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "{}" -- "$word"))
    return
  fi
  while ((k > 1)) && [[ ${{COMP_WORDS[k]}} == = || ${{COMP_WORDS[k-1]}} == = ]]; do
    ((--k))
    whole=${{COMP_WORDS[k]}}$whole
  done
  before=${{COMP_WORDS[k-1]}}
  [[ $word == = ]] && word=
  [[ $whole == -*=* ]] && option=${{whole%%=*}} whole=${{whole#*=}}
  [[ $before == --config || $before == --output ]] && option=$before
  if [[ $option ]]; then
    case $option in
{}    esac
    if [[ $words ]]; then
      COMPREPLY=($(compgen -W "$words" -- "$word"))
    else
      _rmtheat_files "$whole" "$kind" "${{whole%"$word"}}"
    fi
    return
  fi
{}  if [[ $whole != -* ]]; then
    _rmtheat_files "$whole" "$kind" "${{whole%"$word"}}"
    return
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [[ ${{COMPREPLY[0]}} == *= ]] && compopt -o nospace 2>/dev/null
}}
_rmtheat_launched() {{
  local k
  for ((k = 1; k < COMP_CWORD; k++)); do
    if [[ ${{COMP_WORDS[k]##*/}} == rmtheat ]]; then
      COMP_WORDS=("${{COMP_WORDS[@]:k}}")
      ((COMP_CWORD -= k))
      _rmtheat
      return
    fi
  done
  COMPREPLY=($(compgen -c -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -F _rmtheat rmtheat
for _rmtheat_launcher in mpirun mpiexec srun; do
  complete -p "$_rmtheat_launcher" >/dev/null 2>&1 ||
    complete -o bashdefault -o default -F _rmtheat_launched "$_rmtheat_launcher"
done
unset _rmtheat_launcher
)",
                     fmt::join(verbs, " "), value_cases(), verb_cases());
}

}  // namespace rmtheat::app
