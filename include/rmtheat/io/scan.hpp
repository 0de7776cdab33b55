#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rmtheat/io/settings.hpp"

namespace rmtheat::io {

/// The most points that a scan may have.
inline constexpr std::size_t largest_scan = 10'000;

/// The jobs that are asked for: one, or those of a scan.
struct Jobs {
  /// Of the results files of a scan; empty for a job that is none.
  std::optional<std::filesystem::path> folder;
  std::vector<Settings> settings;
  std::string description = {};  ///< of a scan, an INI file that is this one
};

/// The jobs in the INI file at `path`, if there is one, and in arguments of the form
/// "--section.key=value" or "--section.key value", which win.
///
/// Options in the section [scan] are axes: "coupling.strength = 0.05:0.4:8" for equally spaced
/// values (FIRST:LAST:COUNT, rounded to 12 digits), or values separated by commas or spaces, of any
/// option that a realization depends on; "system.size" stands for both systems'. A scan has a job
/// for every combination, the axis of the earliest option varying slowest. Its file is that option
/// and value by value, "size=8_strength=0.05.h5", in the folder scan/, or where output.file is
/// given in the folder of that name, without .h5.
///
/// Throws InputError, one sentence naming the option, its value and what is allowed, for the first
/// of all jobs that is not possible.
Jobs load_jobs(const std::optional<std::string>& path, const std::vector<std::string>& arguments);

}  // namespace rmtheat::io
