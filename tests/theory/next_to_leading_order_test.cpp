#include "rmtheat/theory/next_to_leading_order.hpp"

#include <complex>

#include <gtest/gtest.h>

#include "rmtheat/model/experiment.hpp"
#include "rmtheat/theory/leading_order.hpp"
#include "theory/settings.hpp"

namespace rmtheat::theory {
namespace {

/// Change of the energies at order lambda^4 alone, for lambda = 1.
std::vector<double> fourth_order(Setting setting, const model::Field& energy) {
  setting.strength = 1.0;
  auto result = change(next_to_leading_order(setting), energy);
  const auto leading = change(leading_order(setting), energy);
  for (std::size_t k = 0; k < result.size(); ++k) {
    result[k] -= leading[k];
  }
  return result;
}

TEST(NextToLeadingOrder, EnergyOfTheFourDensities) {
  // Reference values from a two-dimensional quadrature of the planar diagrams in real time.
  constexpr std::array<std::array<double, 5>, 4> expected = {
      {{-0.748982, -3.213738, -7.593827, -13.889897, -22.101946},
       {-0.788509, -3.630302, -8.735686, -16.103717, -25.734014},
       {-0.786453, -3.556442, -8.499349, -15.614048, -24.900481},
       {-0.549056, -2.331874, -5.481221, -9.999089, -15.885403}}};
  const auto densities = unit_densities();
  for (std::size_t n = 0; n < densities.size(); ++n) {
    const auto energy = fourth_order(
        setting_of(densities[n], densities[n], 1.0, uniform_times(10.0, 5)), fields::energy_1);
    for (std::size_t k = 0; k < 5; ++k) {
      EXPECT_NEAR(energy[k + 1], expected[n][k], 3e-6) << densities[n]->name();
    }
  }
}

TEST(NextToLeadingOrder, LongTimeFormOfTheHeatCurrent) {
  constexpr std::array correction = {0.2049, 0.2740, 0.2432, 0.1358};
  constexpr std::array slope = {-0.478995, -0.565488, -0.542930, -0.342112};
  constexpr double strength = 0.5;
  constexpr double order_4 = strength * strength * strength * strength;
  const auto densities = unit_densities();
  for (std::size_t n = 0; n < densities.size(); ++n) {
    const auto setting = setting_of(densities[n], densities[n], strength, uniform_times(30.0, 3));
    const auto full = next_to_leading_order(setting);
    const auto leading = leading_order(setting);
    const double a = full.attributes.at("plateau_correction").at(0);
    const double b = full.attributes.at("plateau_slope").at(0);
    EXPECT_NEAR(a / order_4, correction[n], 6e-5) << densities[n]->name();
    EXPECT_NEAR(b / order_4, slope[n], 1e-6) << densities[n]->name();
    EXPECT_LT(full.attributes.at("plateau_correction_error").at(0), 1e-6);
    // The curve itself: a comes from a longer one, b from the golden rule.
    for (const auto& [observable, prefix] :
         {std::pair(fields::heat_current, std::string("plateau")),
          std::pair(fields::conductance, std::string("conductance_plateau"))}) {
      const double curve =
          full.curves.curve(observable, 0).back() - leading.curves.curve(observable, 0).back();
      EXPECT_NEAR(curve,
                  full.attributes.at(prefix + "_correction").at(0) +
                      30.0 * full.attributes.at(prefix + "_slope").at(0),
                  3e-6)
          << densities[n]->name();
    }
    EXPECT_EQ(full.attributes.at("plateau"), leading.attributes.at("plateau"));
  }
}

using Complex = std::complex<double>;

/// The divided difference of e^(-i e t) over these energies, which may coincide: the corner element
/// of the exponential of a bidiagonal matrix (Opitz), by its Taylor series and repeated squaring.
Complex divided_difference(const std::vector<double>& energies, double time) {
  constexpr int squarings = 6;
  constexpr int terms = 20;
  const std::size_t n = energies.size();
  using Matrix = std::vector<Complex>;
  const auto product = [n](const Matrix& a, const Matrix& b) {
    Matrix c(n * n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = i; k < n; ++k) {
        for (std::size_t j = k; j < n; ++j) {
          c[i * n + j] += a[i * n + k] * b[k * n + j];
        }
      }
    }
    return c;
  };
  const Complex scale = Complex(0.0, -time) / std::pow(2.0, squarings);
  Matrix exponent(n * n);
  Matrix identity(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    identity[i * n + i] = 1.0;
    exponent[i * n + i] = scale * energies[i];
    if (i + 1 < n) {
      exponent[i * n + i + 1] = scale;
    }
  }
  Matrix result = identity;
  for (int term = terms; term > 0; --term) {  // Horner's scheme
    result = product(exponent, result);
    for (std::size_t i = 0; i < n * n; ++i) {
      result[i] = result[i] / static_cast<double>(term) + identity[i];
    }
  }
  for (int k = 0; k < squarings; ++k) {
    result = product(result, result);
  }
  return result[n - 1];
}

/// Fourth-order perturbation theory in one matrix V, averaged over GUE by all three Wick pairings.
///
/// rho(t) at this order is a sum over closed walks s0 -> s1 -> s2 -> s3 -> s0 of four elements of
/// V; n of them belong to the ket, which ends in state s_n.
class FourthOrder {
 public:
  FourthOrder(const std::vector<double>& levels_1, const std::vector<double>& levels_2,
              model::Betas betas, double time)
      : time_(time) {
    const auto weights_1 = model::thermal_weights(levels_1, betas[0]);
    const auto weights_2 = model::thermal_weights(levels_2, betas[1]);
    for (std::size_t i = 0; i < levels_1.size(); ++i) {
      for (std::size_t j = 0; j < levels_2.size(); ++j) {
        energies_[0].push_back(levels_1[i]);
        energies_[1].push_back(levels_2[j]);
        weights_.push_back(weights_1[i] * weights_2[j]);
      }
    }
  }

  /// The energy changes of both systems, and the part of them from crossed pairings.
  struct Result {
    std::array<double, 2> change{};
    std::array<double, 2> crossed{};
  };
  [[nodiscard]] Result average() const {
    const std::size_t size = weights_.size();
    const double pairing = 1.0 / static_cast<double>(size * size);
    Result result;
    for (std::size_t a = 0; a < size; ++a) {
      for (std::size_t b = 0; b < size; ++b) {
        for (std::size_t c = 0; c < size; ++c) {
          add_walk(result.change, pairing, {a, b, a, c});  // <V12><V34>
          add_walk(result.change, pairing, {a, b, c, b});  // <V23><V41>
        }
      }
      add_walk(result.crossed, pairing, {a, a, a, a});  // <V13><V24>
    }
    for (std::size_t i = 0; i < 2; ++i) {
      result.change[i] += result.crossed[i];
    }
    return result;
  }

 private:
  void add_walk(std::array<double, 2>& sum, double factor, std::array<std::size_t, 4> walk) const {
    const std::array<std::size_t, 5> states = {walk[0], walk[1], walk[2], walk[3], walk[0]};
    for (std::size_t n = 0; n < 5; ++n) {
      std::vector<double> ket;
      std::vector<double> bra;
      for (std::size_t k = 0; k < 5; ++k) {
        const double total = energies_[0][states[k]] + energies_[1][states[k]];
        if (k <= n) {
          ket.push_back(total);
        }
        if (k >= n) {
          bra.push_back(total);
        }
      }
      const double amplitude =
          (divided_difference(ket, time_) * std::conj(divided_difference(bra, time_))).real();
      for (std::size_t i = 0; i < 2; ++i) {
        sum[i] += factor * weights_[walk[0]] * energies_[i][states[n]] * amplitude;
      }
    }
  }

  double time_;
  std::array<std::vector<double>, 2> energies_;
  std::vector<double> weights_;
};

TEST(NextToLeadingOrder, EqualsFourthOrderPerturbationTheorySummedOverStates) {
  const std::vector<std::pair<std::vector<double>, std::vector<double>>> systems = {
      {{-1.0, 0.1, 1.3}, {-0.8, 0.2, 0.9}},
      {{-1.2, -0.3, 0.4, 1.1}, {-0.9, 0.0, 1.4}},
      {{-1.5, -0.3, 0.4, 1.1}, {-1.0, -0.2, 0.3, 1.4}},
  };
  for (const auto& [levels_1, levels_2] : systems) {
    auto setting = setting_of(levels(levels_1), levels(levels_2), 1.0, {0.0, 1.1, 3.0});
    setting.betas = {{1.0, -0.2}};
    const auto energy_1 = fourth_order(setting, fields::energy_1);
    const auto energy_2 = fourth_order(setting, fields::energy_2);
    for (std::size_t k = 1; k < setting.times.size(); ++k) {
      const auto exact =
          FourthOrder(levels_1, levels_2, setting.betas[0], setting.times[k]).average();
      EXPECT_GT(std::abs(exact.change[0]), 0.1);
      EXPECT_NEAR(energy_1[k], exact.change[0], 1e-8);
      EXPECT_NEAR(energy_2[k], exact.change[1], 1e-8);
      // All four elements of a crossed walk are one diagonal element of V, which only shifts a
      // phase: corrections in 1/D^2 to the planar sum begin at lambda^6.
      EXPECT_NEAR(exact.crossed[0], 0.0, 1e-12);
    }
  }
}

TEST(NextToLeadingOrder, ErrorEstimateBoundsTheChangeAtFinerSteps) {
  // A longer last time changes the grid; the estimate must cover the difference.
  const auto density = model::uniform_density(std::sqrt(3.0), 0.0);
  const auto a = next_to_leading_order(setting_of(density, density, 1.0, {0.0, 3.0, 10.0}));
  const auto b = next_to_leading_order(setting_of(density, density, 1.0, {0.0, 3.0, 10.0, 10.3}));
  const double estimate = a.attributes.at("error_estimate").at(0);
  EXPECT_GT(estimate, 0.0);
  EXPECT_LT(estimate, 1e-7);
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_LE(
        std::abs(a.curves.curve(fields::current_1, 0)[k] - b.curves.curve(fields::current_1, 0)[k]),
        estimate);
  }
}

TEST(NextToLeadingOrder, PowerIsMinusTheRateOfTheInteractionEnergy) {
  const auto setting = setting_of(model::gaussian_density(1.3, 0.4), model::gamma_density(2.0, 0.6),
                                  0.4, uniform_times(4.0, 400));
  const auto prediction = next_to_leading_order(setting);
  const auto interaction = prediction.curves.curve(fields::interaction_energy, 0);
  const auto power = prediction.curves.curve(fields::work_power, 0);
  for (std::size_t k = 1; k + 1 < setting.times.size(); k += 13) {
    EXPECT_NEAR((interaction[k + 1] - interaction[k - 1]) / 0.02, -power[k], 1e-4);
  }
}

}  // namespace
}  // namespace rmtheat::theory
