#include "extending/toys.hpp"

namespace rmtheat::test {

model::Observable toy_observable() {
  return {
      {"toy_energies", "energy", "energies of both systems", {{"toy_system", "1", "system", 2}}},
      {},
      [](const model::Evolution& evolution, double /*work_share*/, std::span<double> values) {
        for (std::size_t k = 0; k < values.size(); ++k) {
          values[k] = evolution.energy[k % 2][k / 2] + evolution.offset[k % 2];
        }
      }};
}

}  // namespace rmtheat::test
