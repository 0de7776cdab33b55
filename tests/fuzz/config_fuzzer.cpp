// Any text at all given as an INI file: it is a job, whose resolved text means the same job, or an
// error of this code.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "rmtheat/io/config.hpp"
#include "rmtheat/support/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string resolved;
  try {
    resolved = rmtheat::io::parse_config({data, data + size}).resolved_text;
  } catch (const rmtheat::Error&) {
    return 0;
  }
  // Outside of the handler: the text that a results file keeps must never be refused.
  if (rmtheat::io::parse_config(resolved).resolved_text != resolved) {
    std::abort();
  }
  return 0;
}
