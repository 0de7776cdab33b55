#pragma once

#include <array>
#include <map>
#include <string_view>

namespace rmtheat::dynamics {

/// A number about the solution of one realization.
enum class Diagnostic { lanczos_vectors, lanczos_tail, lanczos_orthogonality };

struct DiagnosticInfo {
  Diagnostic diagnostic;
  std::string_view name;
  std::string_view description;
};

inline constexpr std::array diagnostic_table{
    DiagnosticInfo{Diagnostic::lanczos_vectors, "lanczos_vectors",
                   "vectors of the longest Lanczos chain"},
    DiagnosticInfo{Diagnostic::lanczos_tail, "lanczos_tail",
                   "largest last component of the state on the Lanczos vectors at any time"},
    DiagnosticInfo{Diagnostic::lanczos_orthogonality, "lanczos_orthogonality",
                   "largest overlap of the last Lanczos vector with an earlier one"},
};

/// Those that an engine knows of; the same for all of its realizations. The larger, the worse or
/// the more costly.
using Diagnostics = std::map<Diagnostic, double>;

}  // namespace rmtheat::dynamics
