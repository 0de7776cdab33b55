// In place of the program's tables: as the linker looks for symbols in objects before it looks into
// libraries, these stand in for those of the model.
#include "extending/toys.hpp"
#include "rmtheat/model/coupling/table.hpp"
#include "rmtheat/model/observable/standard.hpp"

namespace rmtheat::model {

const std::vector<CouplingStructure>& coupling_table() {
  static const std::vector<CouplingStructure> table = [] {
    auto rows = standard_couplings();
    rows.push_back({"toy", {}, [](const auto&) { return test::toy_law(); }});
    return rows;
  }();
  return table;
}

const std::vector<Observable>& observable_table() {
  static const std::vector<Observable> table = [] {
    auto rows = standard_observables();
    rows.push_back(test::toy_observable());
    return rows;
  }();
  return table;
}

}  // namespace rmtheat::model
