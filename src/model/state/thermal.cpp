#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "rmtheat/model/state/initial_state.hpp"

namespace rmtheat::model {
namespace {

class Thermal final : public InitialState {
 public:
  explicit Thermal(const Betas& betas) : betas_(betas) {}

  [[nodiscard]] std::string label() const override {
    return fmt::format("beta1 = {}, beta2 = {}", betas_[0], betas_[1]);
  }
  [[nodiscard]] std::vector<double> weights(std::size_t system,
                                            const std::vector<double>& levels) const override {
    return thermal_weights(levels, betas_.at(system));
  }
  [[nodiscard]] std::optional<Betas> betas() const override { return betas_; }

 private:
  Betas betas_;
};

}  // namespace

StatePointer thermal_state(const Betas& betas) { return std::make_shared<const Thermal>(betas); }

std::vector<StatePointer> thermal_states(const std::vector<Betas>& pairs) {
  std::vector<StatePointer> states(pairs.size());
  std::ranges::transform(pairs, states.begin(), thermal_state);
  return states;
}

std::vector<double> thermal_weights(const std::vector<double>& levels, double beta) {
  const auto [low, high] = std::minmax_element(levels.begin(), levels.end());
  const double reference = beta >= 0.0 ? *low : *high;
  std::vector<double> weights(levels.size());
  double partition = 0.0;
  for (std::size_t k = 0; k < levels.size(); ++k) {
    weights[k] = std::exp(-beta * (levels[k] - reference));
    partition += weights[k];
  }
  for (double& weight : weights) {
    weight /= partition;
  }
  return weights;
}

}  // namespace rmtheat::model
