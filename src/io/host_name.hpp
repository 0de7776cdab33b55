#pragma once

#include <string>

namespace rmtheat::io {

/// Of this machine, "unknown" where it has none.
std::string host_name();

}  // namespace rmtheat::io
