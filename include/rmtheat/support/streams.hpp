#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace rmtheat {

/// Writes all of `text` at once, or what can be written of it: no message ever ends a job. What
/// failed is known to std::ferror(stream).
void write_text(std::FILE* stream, std::string_view text) noexcept;

/// The text with \xNN for every byte that could steer a terminal: control characters other than
/// ends of line and tabs, and what is not UTF-8.
std::string printable(std::string_view text);

/// A message to standard error, which nothing waits for. Its values may be of any origin.
template <class... Values>
void to_stderr(fmt::format_string<Values...> format, Values&&... values) {
  write_text(stderr, printable(fmt::format(format, std::forward<Values>(values)...)));
}

/// Results to standard output; finish_stdout() says whether they arrived.
template <class... Values>
void to_stdout(fmt::format_string<Values...> format, Values&&... values) {
  write_text(stdout, printable(fmt::format(format, std::forward<Values>(values)...)));
}

/// Puts the standard streams that were closed on /dev/null, or files that are opened later would
/// get what is written to them; writing to a closed standard output still fails. From here on a
/// reader that has gone and a limit of the file size are errors of writing, and no signals.
void prepare_streams();

/// Flushes standard output. Throws SystemError when not all that was written has arrived.
void finish_stdout();

}  // namespace rmtheat
