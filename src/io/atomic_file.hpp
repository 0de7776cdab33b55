#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace rmtheat::io {

class FileLock;

/// Puts a file with these bytes at `path`, whole or not at all: they go to a temporary file beside
/// it, to the disk, and then take the name, unless `lock` is lost by then. Throws SystemError,
/// leaving what was there as it was.
void write_atomically(const std::filesystem::path& path, std::span<const std::byte> bytes,
                      const FileLock* lock = nullptr);

/// Throws InputError when `path` is a directory or in none.
void require_directory(const std::filesystem::path& path);

}  // namespace rmtheat::io
