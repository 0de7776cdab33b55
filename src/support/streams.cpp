#include "rmtheat/support/streams.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat {
namespace {

/// Length of the UTF-8 character that the text begins with, 0 where there is none that is shown.
std::size_t shown_character(std::string_view text) {
  const auto byte = [text](std::size_t k) { return static_cast<unsigned char>(text[k]); };
  constexpr unsigned char space = 0x20;
  constexpr unsigned char del = 0x7F;
  if (byte(0) < del) {
    return byte(0) >= space || text[0] == '\n' || text[0] == '\t' ? 1 : 0;
  }
  // From U+00A0 on, below which are more control characters.
  const std::size_t length = byte(0) >= 0xF0 && byte(0) <= 0xF4   ? 4
                             : byte(0) >= 0xE0 && byte(0) <= 0xEF ? 3
                             : byte(0) >= 0xC2 && byte(0) <= 0xDF ? 2
                                                                  : 0;
  if (length == 0 || text.size() < length || (byte(0) == 0xC2 && byte(1) < 0xA0)) {
    return 0;
  }
  for (std::size_t k = 1; k < length; ++k) {
    if ((byte(k) & 0xC0U) != 0x80U) {
      return 0;
    }
  }
  return length;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto length = shown_character(text);
    if (length > 0) {
      result += text.substr(0, length);
    } else {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

void write_text(std::FILE* stream, std::string_view text) noexcept {
  std::fwrite(text.data(), 1, text.size(), stream);
}

void prepare_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) < 0) {
      // The lowest number that is free is this one.
      open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY);
    }
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void finish_stdout() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    throw SystemError(
        "Standard output cannot be written: it is closed, its reader has gone or its disk is "
        "full.");
  }
}

}  // namespace rmtheat
