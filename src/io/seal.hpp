#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace rmtheat::io {

/// A line of text after the end of an HDF5 file, with the CRC-32 of all bytes before it. HDF5 reads
/// over it, and cuts it off as soon as a program changes the file.
enum class Seal {
  absent,  ///< never there, or cut off
  broken,  ///< the bytes are others than they were
  whole
};

/// The line for a file of these bytes.
std::string seal_of(std::span<const std::byte> bytes);

/// That of a file. Throws std::system_error when it cannot be read.
Seal seal_in(const std::filesystem::path& path);

}  // namespace rmtheat::io
