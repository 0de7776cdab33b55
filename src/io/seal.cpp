#include "seal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <string_view>
#include <system_error>
#include <vector>

#include <boost/crc.hpp>
#include <fmt/format.h>

namespace rmtheat::io {
namespace {

constexpr std::string_view beginning = "\nrmtheat results, CRC-32 ";
constexpr std::size_t size = beginning.size() + 9;  // 8 digits, end of line

std::string seal_with(const boost::crc_32_type& sum) {
  return fmt::format("{}{:08x}\n", beginning, sum.checksum());
}

}  // namespace

std::string seal_of(std::span<const std::byte> bytes) {
  boost::crc_32_type sum;
  sum.process_bytes(bytes.data(), bytes.size());
  return seal_with(sum);
}

Seal seal_in(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  auto left = std::filesystem::file_size(path);
  if (left < size) {
    return Seal::absent;
  }
  left -= size;
  boost::crc_32_type sum;
  std::vector<char> bytes(std::size_t{1} << 20U);
  while (left > 0 && file) {
    const auto count = std::min<std::uintmax_t>(left, bytes.size());
    file.read(bytes.data(), static_cast<std::streamsize>(count));
    sum.process_bytes(bytes.data(), count);
    left -= count;
  }
  std::string found(size, '\0');
  if (!file.read(found.data(), size)) {
    throw std::system_error(EIO, std::generic_category(), "reading");
  }
  if (found == seal_with(sum)) {
    return Seal::whole;
  }
  return found.starts_with(beginning) ? Seal::broken : Seal::absent;
}

}  // namespace rmtheat::io
