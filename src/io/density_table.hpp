#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rmtheat/model/density/density.hpp"
#include "rmtheat/support/parse.hpp"

namespace rmtheat::io {

/// A parameter of a density of states, as an option.
struct DensityParameter {
  std::string key;
  std::string units;  ///< empty for what has none
  std::string default_value;
  ValueKind<double> kind;
  std::string description;
};

/// A density of states, as the options know it.
struct DensityEntry {
  std::vector<std::string> words;  ///< that name it; the first is the one that is written
  std::vector<DensityParameter> parameters;
  /// Makes it from the values of its parameters, in their order.
  std::function<std::shared_ptr<const model::DensityOfStates>(const std::vector<double>&)> make;
};

/// Every density. Those that share a parameter's key must agree on the rest of the parameter.
std::vector<DensityEntry> density_table();

}  // namespace rmtheat::io
