#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "rmtheat/io/provenance.hpp"
#include "rmtheat/theory/prediction.hpp"

namespace rmtheat::io {

class FileLock;

/// Predictions for a series of values of one option.
struct Sweep {
  std::string config;  ///< Config::resolved_text of the first value
  Provenance provenance;
  std::string option;                            ///< the option that varies, "coupling.strength"
  std::vector<double> values;                    ///< its values, (S)
  std::vector<double> times;                     ///< (T), the same for all values
  std::vector<std::vector<model::Betas>> betas;  ///< (S) of (P)
  /// By family ("large_n", "finite_n") and order ("lo", ...): one prediction per value, (S).
  std::map<std::string, std::map<std::string, std::vector<theory::Prediction>>> predictions;
};

/// Writes an HDF5 file with schema "rmtheat-sweep": /sweep (S), /time (T), /beta (S, P, 2) and
/// /predictions/FAMILY/ORDER/NAME (S, P, T); numbers about a prediction, such as its plateau, stand
/// beside the curves as /predictions/FAMILY/ORDER/attributes/NAME (S, P). Atomic; throws
/// SystemError when the file cannot be written, or its lock, where one is given, is lost.
void write_sweep(const std::filesystem::path& path, const Sweep& sweep,
                 const FileLock* lock = nullptr);

}  // namespace rmtheat::io
