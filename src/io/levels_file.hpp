#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace rmtheat::io {

/// The whole of a text file. Throws InputError with `what` and the path when it cannot be read.
std::string read_text_file(const std::filesystem::path& path, const std::string& what);

/// Energies from a text file, one per line, # begins a comment. `option` is named in errors.
std::vector<double> read_levels_file(const std::filesystem::path& path, const std::string& option);

}  // namespace rmtheat::io
