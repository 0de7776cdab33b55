#pragma once

#include "rmtheat/io/results_file.hpp"

namespace rmtheat::io {

/// Throws hdf5::Failure when times, temperatures, systems, levels or realizations are not those
/// that the results' own options say.
void require_consistent(const Results& results);

}  // namespace rmtheat::io
