#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rmtheat/io/scan.hpp"

namespace rmtheat::io {

/// In a scan's folder: what the scan was last asked to be, an INI file that is its job.
inline constexpr std::string_view scan_description = "scan.ini";

/// The indices of a SLURM array's tasks: first, first + step, ..., last.
struct ArrayTasks {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::uint64_t step = 1;

  [[nodiscard]] std::uint64_t count() const { return (last - first) / step + 1; }
  [[nodiscard]] bool has(std::uint64_t task) const {
    return first <= task && task <= last && (task - first) % step == 0;
  }
  /// "0-7", "1-9:2", "3".
  [[nodiscard]] std::string text() const;

  friend bool operator==(const ArrayTasks&, const ArrayTasks&) = default;
};

/// Makes the folder of a scan where there is none, with its description, which several jobs may
/// write at once: they write the same. `tasks` are those that its points are dealt out to; of a
/// folder that knows of some already they stay, where none are given. Throws InputError and
/// SystemError.
void make_folder(const Jobs& jobs, const std::optional<ArrayTasks>& tasks = {});

/// The tasks that a scan in `folder` was last dealt out to; nothing where none are known.
std::optional<ArrayTasks> tasks_of_folder(const std::filesystem::path& folder);

/// The points of the scan in `folder` by index, with their results files there; nothing in a folder
/// without a description. Throws InputError where that is none.
std::optional<std::vector<Settings>> points_of_folder(const std::filesystem::path& folder);

}  // namespace rmtheat::io
