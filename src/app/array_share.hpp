#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rmtheat/io/scan_folder.hpp"

namespace rmtheat::app {

/// What this program does of a scan.
struct Share {
  std::vector<std::uint64_t> points;  ///< their indices
  std::string why;                    ///< "task 3 of the SLURM array 0-7"; empty without an array
  std::optional<io::ArrayTasks> tasks = {};  ///< that all points are dealt out to now
};

/// Of a scan of so many points in the folder: the one asked for, else in a SLURM array every
/// COUNT-th from the task's place on, else all.
///
/// Tasks that are submitted again, a part of the array that the folder knows, keep their share of
/// that. One task alone that the folder knows nothing of does the point of its index. Throws
/// InputError.
Share share_of(std::uint64_t points, std::optional<std::uint64_t> asked_for,
               const std::filesystem::path& folder);

}  // namespace rmtheat::app
