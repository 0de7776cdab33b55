#include "rmtheat/model/coupling/table.hpp"

namespace rmtheat::model {

const std::vector<CouplingStructure>& coupling_table() {
  static const std::vector<CouplingStructure> table = standard_couplings();
  return table;
}

}  // namespace rmtheat::model
