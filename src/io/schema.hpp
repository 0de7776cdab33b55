#pragma once

#include <cstdint>

/// Values in the results file that its writer and its reader must agree on.
namespace rmtheat::io::schema {

inline constexpr const char* name = "rmtheat";
inline constexpr std::int64_t oldest_version = 1;  ///< that is read
inline constexpr std::int64_t version = 2;         ///< that is written

inline constexpr const char* complete = "complete";
inline constexpr const char* partial = "partial";

inline constexpr const char* systems =
    "systems";  ///< group with one member per system, "1" and "2"
/// Of a file of pooled seeds, of the ensemble: what realization it was.
inline constexpr const char* origin_seed = "origin_seed";
inline constexpr const char* origin_index = "origin_index";
inline constexpr const char* diagnostics = "diagnostics";  ///< group of the ensemble
/// Group of the ensemble and of predictions: distributions of both energies.
inline constexpr const char* distributions = "distributions";
inline constexpr const char* distribution_time = "distribution_time";  ///< its axis, of the root
inline constexpr const char* bin_edges = "bin_edges";                  ///< of a system
inline constexpr const char* control_coefficients = "control_coefficients";  ///< likewise
/// Group of a prediction's covariances.
inline constexpr const char* residual_covariance = "residual_covariance";
/// Of a prediction, a group: what its formula leaves out in 1/D. Of all predictions, an attribute:
/// those that there are not, and why.
inline constexpr const char* left_out = "left_out";
inline constexpr const char* description = "description";
inline constexpr const char* digests =
    "digests";  ///< group with the list of them as attribute crc32
inline constexpr const char* crc32 = "crc32";

}  // namespace rmtheat::io::schema
