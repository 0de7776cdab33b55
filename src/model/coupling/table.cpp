#include "rmtheat/model/coupling/table.hpp"

#include "rmtheat/model/coupling/gaussian.hpp"

namespace rmtheat::model {

const std::vector<LawPointer>& coupling_table() {
  static const std::vector<LawPointer> table = {gaussian_unitary(), gaussian_orthogonal()};
  return table;
}

}  // namespace rmtheat::model
