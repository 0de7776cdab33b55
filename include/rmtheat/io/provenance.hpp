#pragma once

#include <string>

namespace rmtheat::io {

/// What a results file says of its making.
struct Provenance {
  std::string code_version;
  std::string git_commit;  ///< of the sources, "-dirty" where they were changed, or "unknown"
  std::string created;     ///< ISO 8601, UTC
  int ranks = 1;           ///< MPI ranks
  std::string libraries;   ///< names and versions, separated by "; "
  std::string machine;     ///< host name, operating system, architecture
};

/// Of this program, now, on this machine. `mpi_library` is the version string of the MPI library,
/// empty where none was used.
Provenance current_provenance(int ranks, const std::string& mpi_library);

}  // namespace rmtheat::io
