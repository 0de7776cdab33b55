#include "rmtheat/support/streams.hpp"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat {

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
