#pragma once

#include <string>
#include <vector>

namespace rmtheat::app {

/// Every *.h5 in a folder, by name. Throws InputError where that cannot be read.
std::vector<std::string> results_in(const std::string& folder);

/// The results files that these paths name: files as they are, and of a folder every *.h5 in it, by
/// name. Throws InputError for a folder without any.
std::vector<std::string> result_paths(const std::vector<std::string>& paths);

}  // namespace rmtheat::app
