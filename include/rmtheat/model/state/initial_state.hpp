#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rmtheat::model {

/// Inverse temperatures of systems 1 and 2.
using Betas = std::array<double, 2>;

/// The inverse temperature at which the conductance of a pair is taken.
[[nodiscard]] constexpr double mean_beta(const Betas& betas) { return 0.5 * (betas[0] + betas[1]); }

/// The state before the coupling is switched on: a product of one diagonal state of each system,
/// that is weights on their levels.
class InitialState {
 public:
  InitialState() = default;
  InitialState(const InitialState&) = delete;
  InitialState(InitialState&&) = delete;
  InitialState& operator=(const InitialState&) = delete;
  InitialState& operator=(InitialState&&) = delete;
  virtual ~InitialState() = default;

  /// "beta1 = 1, beta2 = 0.3"
  [[nodiscard]] virtual std::string label() const = 0;
  /// Weights of the levels of system 0 or 1, (N), not negative, with sum 1.
  [[nodiscard]] virtual std::vector<double> weights(std::size_t system,
                                                    const std::vector<double>& levels) const = 0;
  /// Of a thermal state. Others have no entropy production, no conductance and no prediction.
  [[nodiscard]] virtual std::optional<Betas> betas() const { return std::nullopt; }
};

using StatePointer = std::shared_ptr<const InitialState>;

/// exp(-beta_1 H_1 - beta_2 H_2)/Z
StatePointer thermal_state(const Betas& betas);

std::vector<StatePointer> thermal_states(const std::vector<Betas>& pairs);

/// Boltzmann weights e^(-beta E)/Z of these levels, (N); no overflow at any beta.
std::vector<double> thermal_weights(const std::vector<double>& levels, double beta);

}  // namespace rmtheat::model
