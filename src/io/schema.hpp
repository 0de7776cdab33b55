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
inline constexpr const char* diagnostics = "diagnostics";  ///< group of the ensemble
inline constexpr const char* left_out = "left_out";  ///< attribute: predictions that there are not
/// Group of a prediction's covariances.
inline constexpr const char* residual_covariance = "residual_covariance";
inline constexpr const char* left_out = "left_out";  ///< group of a prediction

}  // namespace rmtheat::io::schema
