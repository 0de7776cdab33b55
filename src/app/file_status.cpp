#include "file_status.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "late_mean.hpp"
#include "result_paths.hpp"
#include "results_of_job.hpp"
#include "rmtheat/io/scan_folder.hpp"
#include "rmtheat/model/observable/standard.hpp"
#include "rmtheat/support/progress.hpp"
#include "rmtheat/support/streams.hpp"

namespace rmtheat::app {

std::vector<ensemble::LateMean> late_heat_currents(const io::Results& results) {
  auto means = ensemble::late_heat_currents(results.samples);
  for (std::size_t pair = means.size();
       pair < results.betas.size() && results.statistics.realizations > 1; ++pair) {
    means.push_back(late_mean_of(results, model::fields::heat_current, pair));
  }
  return means;
}

std::set<std::uint64_t> pooled_seeds(const io::Results& results) {
  std::set<std::uint64_t> seeds;
  for (const auto& origin : results.origins) {
    seeds.insert(origin.seed);
  }
  return seeds;
}

std::string realizations_in_words(const io::Results& results) {
  constexpr std::size_t most_shown = 8;
  const auto count = results.statistics.realizations;
  const auto text = fmt::format("{} realization{}", count, count == 1 ? "" : "s");
  const auto seeds = pooled_seeds(results);
  return seeds.empty() ? text
         : seeds.size() > most_shown
             ? fmt::format("{} of {} seeds, pooled", text, seeds.size())
             : fmt::format("{} of the seeds {}, pooled", text, fmt::join(seeds, ", "));
}

double seconds_since_writing(const std::string& file) {
  const auto written = std::filesystem::last_write_time(file);
  return std::chrono::duration<double>(decltype(written)::clock::now() - written).count();
}

bool is_locked(const std::string& file) { return std::filesystem::exists(file + ".lock"); }

namespace {

/// Of files that count as one.
struct Count {
  std::size_t complete = 0;
  std::vector<std::uint64_t> partial;  ///< points of a scan
  std::vector<std::uint64_t> missing;
  std::uint64_t done = 0;  ///< realizations
  std::uint64_t wanted = 0;
};

/// A file's line, added to the count. `wanted` are the realizations that its scan has now.
std::string status_line(const std::string& file, const io::Results& results,
                        std::optional<std::uint64_t> wanted, Count& count) {
  const auto done = results.statistics.realizations;
  const bool simulated = done > 0 || !results.complete;
  const auto in_all =
      std::max(results.complete ? done : results.job.realizations, wanted.value_or(0));
  const bool complete = results.complete && (!simulated || done >= in_all);
  count.complete += complete ? 1 : 0;
  count.done += done;
  count.wanted += simulated ? in_all : 0;
  std::string progress = "predictions alone";
  if (simulated) {
    progress = results.origins.empty() ? fmt::format("{} of {} realizations", done, in_all)
                                       : realizations_in_words(results);
    progress += ", J_Q";
    for (const auto& late : late_heat_currents(results)) {
      progress += fmt::format("  {:.4g} +- {:.2g}", late.mean, late.error);
    }
  }
  return fmt::format("{:<8}  {}, written {} ago{}\n", complete ? "complete" : "partial", progress,
                     readable_duration(seconds_since_writing(file)),
                     is_locked(file) ? ", locked by a job" : "");
}

std::size_t longest(const std::vector<std::string>& files) {
  return files.empty() ? 0 : std::ranges::max(files, {}, &std::string::size).size();
}

/// A line a file, and of all together.
void print_files(const std::vector<std::string>& files, bool trusted) {
  Count count;
  for (const auto& file : files) {
    const auto line = status_line(file, read_results(file, trusted), {}, count);
    to_stdout("{:<{}}  {}", file, longest(files), line);
  }
  to_stdout("{} file{}, {} complete; {} of {} realizations\n", files.size(),
            files.size() == 1 ? "" : "s", count.complete, count.done, count.wanted);
}

/// ", 2 missing (0, 3)".
std::string with_indices(const std::vector<std::uint64_t>& points, std::string_view word) {
  constexpr std::size_t most_shown = 20;
  if (points.empty()) {
    return "";
  }
  const std::span shown(points.data(), std::min(points.size(), most_shown));
  return fmt::format(", {} {} ({}{})", points.size(), word, fmt::join(shown, ", "),
                     points.size() > most_shown ? ", ..." : "");
}

/// A line a point, also of those that have no file yet, one for each other file in the folder, and
/// of all together.
void print_scan(const std::string& folder, const std::vector<io::Settings>& points, bool trusted) {
  std::vector<std::string> files;
  files.reserve(points.size());
  for (const auto& point : points) {
    files.push_back(point.output.file.string());
  }
  std::vector<std::string> others;
  for (const auto& file : results_in(folder)) {
    if (std::ranges::none_of(points, [&](const auto& point) {
          return point.output.file.filename() == std::filesystem::path(file).filename();
        })) {
      others.push_back(file);
    }
  }
  const auto width = std::max(longest(files), longest(others));
  Count count;
  for (std::size_t k = 0; k < files.size(); ++k) {
    std::string line;
    if (!std::filesystem::exists(files[k])) {
      count.missing.push_back(k);
      count.wanted += points[k].realizations;
      line = fmt::format("missing{}\n", is_locked(files[k]) ? "   locked by a job" : "");
    } else {
      const auto results = read_results(files[k], trusted);
      const bool all = points[k].target_error == 0.0 || !results.complete;
      const auto before = count.complete;
      line = status_line(files[k], results,
                         all ? std::optional(points[k].realizations) : std::nullopt, count);
      if (count.complete == before) {
        count.partial.push_back(k);
      }
    }
    to_stdout("{:>5}  {:<{}}  {}", k, files[k], width, line);
  }
  Count beside;
  for (const auto& file : others) {
    const auto line = status_line(file, read_results(file, trusted), {}, beside);
    to_stdout("{:>5}  {:<{}}  {}", "-", file, width, line);
  }
  to_stdout(
      "{}: {} points, {} complete{}{}{}{}\n", folder, points.size(), count.complete,
      with_indices(count.partial, "partial"), with_indices(count.missing, "missing"),
      count.wanted == 0 ? "" : fmt::format("; {} of {} realizations", count.done, count.wanted),
      others.empty() ? ""
                     : fmt::format("; {} file{} of no point (-)", others.size(),
                                   others.size() == 1 ? "" : "s"));
}

/// The scan in a folder that has a description which can be read.
std::optional<std::vector<io::Settings>> scan_in(const std::string& path) {
  try {
    return io::points_of_folder(path);
  } catch (const InputError& error) {
    to_stderr("{}/{} is not used: {}\n", path, io::scan_description, error.what());
    return std::nullopt;
  }
}

}  // namespace

void print_status(const std::vector<std::string>& paths, bool trusted) {
  std::vector<std::string> others;
  for (const auto& path : paths) {
    if (const auto points = scan_in(path)) {
      print_scan(path, *points, trusted);
    } else {
      others.push_back(path);
    }
  }
  if (!others.empty()) {
    print_files(result_paths(others), trusted);
  }
}

}  // namespace rmtheat::app
