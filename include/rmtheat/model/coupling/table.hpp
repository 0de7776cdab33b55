#pragma once

#include <vector>

#include "rmtheat/model/coupling/law.hpp"

namespace rmtheat::model {

/// All laws, in the order in which options name them.
const std::vector<LawPointer>& coupling_table();

}  // namespace rmtheat::model
