#include "rmtheat/model/observable/table.hpp"

#include "rmtheat/model/observable/standard.hpp"

namespace rmtheat::model {

const std::vector<Observable>& observable_table() {
  static const std::vector<Observable> table = standard_observables();
  return table;
}

}  // namespace rmtheat::model
