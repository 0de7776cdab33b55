#pragma once

#include <vector>

#include "option_table.hpp"

namespace rmtheat::io {

/// The options of the coupling, of all structures.
std::vector<Option> coupling_section();

}  // namespace rmtheat::io
