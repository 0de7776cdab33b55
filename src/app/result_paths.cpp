#include "result_paths.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat::app {

std::vector<std::string> result_paths(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const auto& path : paths) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> inside;
    for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
      if (entry.path().extension() == ".h5") {
        inside.push_back(entry.path().string());
      }
    }
    if (inside.empty()) {
      throw InputError(fmt::format("{} is a folder without results files (*.h5){}.", path,
                                   error ? ": " + error.message() : ""));
    }
    std::ranges::sort(inside);
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

}  // namespace rmtheat::app
