#include "rmtheat/io/scan_folder.hpp"

#include <span>
#include <sstream>
#include <system_error>

#include <fmt/format.h>

#include "atomic_file.hpp"
#include "levels_file.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/support/parse.hpp"

namespace rmtheat::io {
namespace {

namespace fs = std::filesystem;

/// Begins the comment in a description that names the tasks.
constexpr std::string_view tasks_line = "# Its points are those of the SLURM array ";

/// Nothing where it is not of the form that text() gives.
std::optional<ArrayTasks> parse_tasks(std::string_view text) {
  const auto colon = text.find(':');
  const auto dash = text.find('-');
  const auto first = parse_number<std::uint64_t>(text.substr(0, dash));
  const auto last =
      dash < colon ? parse_number<std::uint64_t>(text.substr(dash + 1, colon - dash - 1)) : first;
  const auto step = colon < text.size() ? parse_number<std::uint64_t>(text.substr(colon + 1)) : 1;
  if (!first || !last || !step || *step == 0 || *last < *first || (*last - *first) % *step != 0) {
    return std::nullopt;
  }
  return ArrayTasks{*first, *last, *step};
}

std::optional<std::string> description_in(const fs::path& folder) {
  const auto path = folder / scan_description;
  std::error_code error;
  if (!fs::exists(path, error)) {
    return std::nullopt;
  }
  return read_text_file(path, "the scan's description");
}

}  // namespace

std::string ArrayTasks::text() const {
  return first == last
             ? fmt::format("{}", first)
             : fmt::format("{}-{}{}", first, last, step == 1 ? "" : fmt::format(":{}", step));
}

void make_folder(const Jobs& jobs, const std::optional<ArrayTasks>& tasks) {
  const auto& folder = *jobs.folder;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw InputError(fmt::format("output.file: the scan's folder {} cannot be made: {}.",
                                 folder.string(), error.message()));
  }
  const auto dealt_out = tasks ? tasks : tasks_of_folder(folder);
  const auto text = fmt::format(
      "# The scan in this folder, as it was last asked for; `rmtheat info` of the folder tells how "
      "far it is.\n{}\n{}",
      dealt_out ? fmt::format("{}{}.\n", tasks_line, dealt_out->text()) : "", jobs.description);
  if (description_in(folder) != text) {
    write_atomically(folder / scan_description, std::as_bytes(std::span(text)));
  }
}

std::optional<ArrayTasks> tasks_of_folder(const fs::path& folder) {
  std::istringstream lines(description_in(folder).value_or(""));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(tasks_line) && line.ends_with('.')) {
      line.pop_back();
      return parse_tasks(std::string_view(line).substr(tasks_line.size()));
    }
  }
  return std::nullopt;
}

std::optional<std::vector<Settings>> points_of_folder(const fs::path& folder) {
  if (!description_in(folder)) {
    return std::nullopt;
  }
  const auto path = (folder / scan_description).string();
  auto jobs = load_jobs(path, {});
  if (!jobs.folder) {
    throw InputError(fmt::format("{} describes no scan: it has no axes in [scan].", path));
  }
  for (auto& settings : jobs.settings) {
    settings.output.file = folder / settings.output.file.filename();
  }
  return std::move(jobs.settings);
}

}  // namespace rmtheat::io
