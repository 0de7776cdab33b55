#include <algorithm>

#include "extending/toys.hpp"

namespace rmtheat::test {
namespace {

class ToyState final : public model::InitialState {
 public:
  [[nodiscard]] std::string label() const override { return "cold and hot"; }
  [[nodiscard]] std::vector<double> weights(std::size_t system,
                                            const std::vector<double>& levels) const override {
    std::vector<double> weights(levels.size(),
                                system == 0 ? 0.0 : 1.0 / static_cast<double>(levels.size()));
    if (system == 0) {
      weights[static_cast<std::size_t>(std::ranges::min_element(levels) - levels.begin())] = 1.0;
    }
    return weights;
  }
};

}  // namespace

model::StatePointer toy_state() { return std::make_shared<const ToyState>(); }

}  // namespace rmtheat::test
