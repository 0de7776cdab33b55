#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "rmtheat/ensemble/target_error.hpp"
#include "rmtheat/io/results_file.hpp"

namespace rmtheat::app {

/// By temperature pair; from the covariance where the realizations themselves are not stored.
std::vector<ensemble::LateMean> late_heat_currents(const io::Results& results);

/// Empty of a file whose realizations are of one seed.
std::set<std::uint64_t> pooled_seeds(const io::Results& results);

/// "40 realizations", of pooled seeds with these.
std::string realizations_in_words(const io::Results& results);

double seconds_since_writing(const std::string& file);

bool is_locked(const std::string& file);

/// Says how far the results files at these paths are, a line each, files or folders of them; of a
/// folder that a scan has described, a line for each of its points, also those without a file.
/// Throws InputError.
void print_status(const std::vector<std::string>& paths, bool trusted);

}  // namespace rmtheat::app
