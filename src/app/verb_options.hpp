#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rmtheat/app/verbs.hpp"

namespace rmtheat::app {

/// What a verb was given, value by value; each verb has some of these.
struct Given {
  std::vector<std::string> files;     ///< arguments without a name
  std::vector<std::string> job;       ///< options of a job, as io takes them
  std::optional<std::string> config;  ///< path of the job's INI file
  bool restart = false;
  bool dry_run = false;
  bool trust = false;                ///< a results file that was changed since it was written
  std::optional<double> time_limit;  ///< seconds
  std::optional<std::uint64_t> scan_index;  ///< of the one point to do
  std::optional<std::string> sweep;         ///< SECTION.KEY=VALUES, an axis
  std::optional<std::string> prediction;
  std::optional<std::string> with;  ///< another simulation
  std::optional<std::string> observable;
  std::optional<std::uint64_t> pair;  ///< index of a temperature pair
  bool verbose = false;
  std::optional<double> max_chi2;
  double significance = 0.01;
  bool json = false;
  bool csv = false;
  std::string output;
  bool allow_gaps = false;
  bool pool = false;
  bool with_config = false;
  std::optional<double> target_error;
  std::uint64_t ranks = 1;
  std::optional<double> memory_per_rank;  ///< GiB
};

/// An option of a verb: how it is called, what it may be, and where its value goes.
struct VerbOption {
  std::string name;         ///< with its dashes
  std::string placeholder;  ///< of its value; empty for a flag
  std::string allowed;      ///< in words; empty for a flag
  /// False for a value that is not allowed.
  std::function<bool(Given&, std::string_view)> read;
  bool required = false;

  [[nodiscard]] bool is_flag() const { return placeholder.empty(); }
};

/// Reads the arguments of the verb that has this name in the table. Throws InputError naming the
/// option, its value and what is allowed.
Given read_verb(std::string_view name, const Arguments& arguments);

}  // namespace rmtheat::app
