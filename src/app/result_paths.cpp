#include "result_paths.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat::app {

std::vector<std::string> results_in(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> inside;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".h5") {
      inside.push_back(entry.path().string());
    }
  }
  if (error) {
    throw InputError(fmt::format("{} cannot be read: {}.", folder, error.message()));
  }
  std::ranges::sort(inside);
  return inside;
}

std::vector<std::string> result_paths(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const auto& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    const auto inside = results_in(path);
    if (inside.empty()) {
      throw InputError(fmt::format("{} is a folder without results files (*.h5).", path));
    }
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

}  // namespace rmtheat::app
