#include "rmtheat/model/observable/table.hpp"

#include <algorithm>
#include <iterator>

#include "rmtheat/model/observable/second_moments.hpp"
#include "rmtheat/model/observable/standard.hpp"

namespace rmtheat::model {

const std::vector<Observable>& observable_table() {
  static const std::vector<Observable> table = [] {
    auto rows = standard_observables();
    std::ranges::move(second_moments(), std::back_inserter(rows));
    return rows;
  }();
  return table;
}

}  // namespace rmtheat::model
