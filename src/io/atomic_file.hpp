#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace rmtheat::io {

/// Puts a file with these bytes at `path`, whole or not at all: they go to a temporary file beside
/// it, to the disk, and then take the name. Throws SystemError, leaving what was there as it was.
void write_atomically(const std::filesystem::path& path, std::span<const std::byte> bytes);

}  // namespace rmtheat::io
