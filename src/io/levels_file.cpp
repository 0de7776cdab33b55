#include "levels_file.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

#include <fmt/format.h>

#include "rmtheat/support/error.hpp"
#include "rmtheat/support/parse.hpp"

namespace rmtheat::io {

std::string read_text_file(const std::filesystem::path& path, const std::string& what) {
  std::error_code ignored;
  std::ifstream stream(path);
  if (!stream || std::filesystem::is_directory(path, ignored)) {
    throw InputError(
        fmt::format("{} = {}: this file does not exist or cannot be read.", what, path.string()));
  }
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  return text.substr(text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
}

std::vector<double> read_levels_file(const std::filesystem::path& path, const std::string& option) {
  constexpr std::string_view space = " \t\r";
  std::istringstream stream(read_text_file(path, option));
  std::vector<double> energies;
  std::string line;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    std::string_view word = std::string_view(line).substr(0, line.find('#'));
    const auto begin = word.find_first_not_of(space);
    if (begin == std::string_view::npos) {
      continue;
    }
    word = word.substr(begin, word.find_last_not_of(space) + 1 - begin);
    const auto energy = parse_number<double>(word);
    if (!energy) {
      throw InputError(fmt::format("{} = {}: line {} is '{}', but must be one number.", option,
                                   path.string(), number, word));
    }
    energies.push_back(*energy);
  }
  if (energies.empty()) {
    throw InputError(
        fmt::format("{} = {}: the file must hold one energy or more.", option, path.string()));
  }
  return energies;
}

}  // namespace rmtheat::io
