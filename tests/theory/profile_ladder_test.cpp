#include "rmtheat/theory/profile_ladder.hpp"

#include <cmath>
#include <complex>

#include <gtest/gtest.h>

#include "energy_nodes.hpp"
#include "rmtheat/theory/all_orders.hpp"
#include "rmtheat/theory/leading_order.hpp"
#include "rmtheat/theory/leading_order_of_elements.hpp"
#include "rmtheat/theory/next_to_leading_order.hpp"
#include "theory/fourth_order.hpp"
#include "theory/settings.hpp"
#include "theory/structured_laws.hpp"

namespace rmtheat::theory {
namespace {

using Shape = DescribedBand::Shape;

model::LawPointer band(Shape shape, double width) {
  return std::make_shared<DescribedBand>(shape, width);
}

TEST(ProfileLadder, EightQuantileLevelsInABand) {
  // Reference values from the Volterra equations of amplitudes and probabilities in real time.
  constexpr std::array first = {0.482518, 1.052730, 1.476920, 1.800997, 2.052936};
  constexpr std::array second = {-0.279822, -0.800255, -1.224138, -1.549834, -1.804670};
  const auto system = quantile_levels(*model::gaussian_density(1.0, 0.0), 8);
  auto setting = setting_of(system, system, 0.3, uniform_times(10.0, 5));
  setting.coupling = band(Shape::gaussian, 1.0);
  const auto prediction = resummed_with_profile(setting);
  for (std::size_t k = 0; k < first.size(); ++k) {
    EXPECT_NEAR(change(prediction, fields::energy_1)[k + 1] / 0.09, first.at(k), 2e-6);
    EXPECT_NEAR(change(prediction, fields::energy_2)[k + 1] / 0.09, second.at(k), 2e-6);
  }
  EXPECT_LT(prediction.attributes.at("energy_conservation").at(0), 1e-11);
  EXPECT_LT(prediction.attributes.at("probability_conservation").at(0), 1e-11);
}

/// The largest difference of two predictions in any curve, relative to the curve's largest change.
double difference(const Prediction& a, const Prediction& b) {
  double largest = 0.0;
  for (const auto& field : b.curves.fields()) {
    for (std::size_t pair = 0; pair < b.curves.pairs(); ++pair) {
      const auto expected = change(b, field, pair);
      double scale = 0.0;
      for (const double value : expected) {
        scale = std::max(scale, std::abs(value));
      }
      largest = std::max(largest, largest_difference(change(a, field, pair), expected) / scale);
    }
  }
  return largest;
}

std::vector<Setting> several_settings(double strength, double end) {
  auto unlike = setting_of(levels({-1.3, -0.2, 0.4, 1.1}), levels({-0.9, 0.1, 0.8}), strength,
                           uniform_times(end, 10));
  unlike.betas = {{1.0, 0.3}, {-0.4, 2.0}};
  unlike.with_statistics = true;
  auto far_apart = setting_of(model::gaussian_density(1.0, 20.0), model::uniform_density(1.5, -3.0),
                              strength, uniform_times(end, 10));
  far_apart.with_statistics = true;
  return {unlike, far_apart,
          setting_of(model::gamma_density(2.0, 0.3), model::semicircle_density(1.5, 0.0), strength,
                     uniform_times(end, 10))};
}

TEST(ProfileLadder, WideBandsAreTheFullMatrix) {
  for (const auto shape : {Shape::gaussian, Shape::lorentzian}) {
    for (auto setting : several_settings(0.4, 6.0)) {
      setting.coupling = band(shape, 1e6);
      EXPECT_LT(difference(leading_order_of_elements(setting), leading_order(setting)), 1e-8);
      EXPECT_LT(difference(expansion_with_profile(setting), next_to_leading_order(setting)), 1e-8);
      EXPECT_LT(difference(resummed_with_profile(setting), resummed(setting)), 1e-8);
    }
  }
}

TEST(ProfileLadder, RemainderOfTheExpansionIsOfSixthOrder) {
  for (const auto shape : {Shape::gaussian, Shape::lorentzian}) {
    for (auto setting : several_settings(0.1, 4.0)) {
      setting.coupling = band(shape, is_continuum(setting) ? 4.0 : 0.8);
      const auto remainder = [&](double strength) {
        setting.strength = strength;
        const auto full = resummed_with_profile(setting);
        const auto expansion = expansion_with_profile(setting);
        EXPECT_LT(full.attributes.at("energy_conservation").at(0), 1e-10);
        EXPECT_LT(expansion.attributes.at("energy_conservation").at(0), 1e-10);
        return largest_difference(change(full, fields::current_1),
                                  change(expansion, fields::current_1));
      };
      EXPECT_NEAR(std::log2(remainder(0.1) / remainder(0.05)), 6.0, 0.15);
    }
  }
}

TEST(ProfileLadder, BeginsWithTheLeadingOrder) {
  auto setting = setting_of(model::gaussian_density(1.0, 0.0), model::gaussian_density(1.3, 0.0),
                            1e-4, uniform_times(3.0, 10));
  for (const auto& law : {band(Shape::gaussian, 0.8), band(Shape::lorentzian, 4.0)}) {
    setting.coupling = law;
    EXPECT_LT(difference(expansion_with_profile(setting), leading_order_of_elements(setting)),
              3e-6);
  }
  // Past the decay of all averages.
  setting.times = uniform_times(15.0, 10);
  setting.with_conductance = false;
  setting.coupling = band(Shape::gaussian, 3.0);
  EXPECT_LT(difference(expansion_with_profile(setting), leading_order_of_elements(setting)), 3e-6);
}

TEST(ProfileLadder, SecondAndFourthOrderAreExactForLevels) {
  const std::vector<double> levels_1 = {-1.2, -0.3, 1.1};
  const std::vector<double> levels_2 = {-0.9, 0.0, 1.4};
  for (const auto shape : {Shape::gaussian, Shape::lorentzian}) {
    const DescribedBand law(shape, 0.7);
    auto setting = setting_of(levels(levels_1), levels(levels_2), 1.0, {0.0, 1.1, 3.0});
    setting.betas = {{1.0, -0.2}};
    setting.coupling = band(shape, 0.7);
    const auto both = expansion_with_profile(setting);
    const auto second = leading_order_of_elements(setting);
    for (std::size_t k = 1; k < setting.times.size(); ++k) {
      const FourthOrder order(levels_1, levels_2, setting.betas[0], setting.times[k]);
      const auto exact = order.sum_over_walks([&](const std::array<std::size_t, 4>& walk) {
        const auto pair = [&](std::size_t m) {
          return law.second_moment(walk.at(m), walk.at((m + 1) % 4), {levels_1, levels_2});
        };
        return (walk[0] == walk[2] ? pair(0) * pair(2) : 0.0) +
               (walk[1] == walk[3] ? pair(1) * pair(3) : 0.0);
      });
      for (std::size_t i = 0; i < 2; ++i) {
        const auto& field = fields::energies.at(i);
        EXPECT_NEAR(change(both, field)[k] - change(second, field)[k], exact.at(i), 1e-8);
        EXPECT_GT(std::abs(exact.at(i)), 1e-3);
      }
    }
  }
}

/// J_i at second order from elements of V, summed over all pairs of states.
std::array<double, 2> sum_over_pairs(const std::vector<double>& levels_1,
                                     const std::vector<double>& levels_2, const model::Betas& betas,
                                     double time, const model::CouplingLaw& law) {
  const auto weights_1 = model::thermal_weights(levels_1, betas[0]);
  const auto weights_2 = model::thermal_weights(levels_2, betas[1]);
  const std::size_t size = levels_1.size() * levels_2.size();
  const std::size_t inner = levels_2.size();
  std::array<double, 2> sum{};
  for (std::size_t a = 0; a < size; ++a) {
    for (std::size_t b = 0; b < size; ++b) {
      const double gain_1 = levels_1[b / inner] - levels_1[a / inner];
      const double gain_2 = levels_2[b % inner] - levels_2[a % inner];
      const double w = gain_1 + gain_2;
      const double rate = 2.0 * weights_1[a / inner] * weights_2[a % inner] *
                          law.second_moment(a, b, {levels_1, levels_2}) *
                          (std::abs(w) > 1e-12 ? std::sin(w * time) / w : time);
      sum[0] += rate * gain_1;
      sum[1] += rate * gain_2;
    }
  }
  return sum;
}

TEST(LeadingOrderOfElements, IsThatOfAGivenMatrix) {
  const std::vector<double> levels_1 = {0.7, -1.2, 1.1};  // in any order
  const std::vector<double> levels_2 = {-0.9, 1.4, 0.0, 0.2};
  std::vector<std::complex<double>> elements(144);
  for (std::size_t a = 0; a < 12; ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      const auto k = static_cast<double>(a * 12 + b);
      elements[a * 12 + b] = {std::sin(k * k), a == b ? 0.0 : std::cos(3.0 * k)};
      elements[b * 12 + a] = std::conj(elements[a * 12 + b]);
    }
  }
  auto setting = setting_of(levels(levels_1), levels(levels_2), 0.2, uniform_times(40.0, 300));
  setting.betas = {{1.0, -0.2}, {0.4, 0.4}};
  setting.coupling = std::make_shared<DescribedMatrix>(elements);
  const auto prediction = leading_order_of_elements(setting);
  for (std::size_t pair = 0; pair < 2; ++pair) {
    for (std::size_t k = 0; k < setting.times.size(); k += 20) {
      const auto exact = sum_over_pairs(levels_1, levels_2, setting.betas[pair], setting.times[k],
                                        *setting.coupling);
      for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_NEAR(prediction.curves.curve(fields::currents.at(i), pair)[k], 0.04 * exact.at(i),
                    1e-10);
      }
    }
  }
  setting.betas = {{0.4005, 0.3995}, {0.3995, 0.4005}};
  const auto shifted = leading_order_of_elements(setting);
  EXPECT_NEAR(prediction.curves.curve(fields::conductance, 1)[90],
              0.16 *
                  (shifted.curves.curve(fields::heat_current, 0)[90] -
                   shifted.curves.curve(fields::heat_current, 1)[90]) /
                  0.002,
              1e-6);
}

TEST(EnergyNodes, StandForManyLevels) {
  std::vector<double> levels_1;
  std::vector<double> levels_2;
  for (std::size_t k = 0; k < 31; ++k) {
    const auto x = static_cast<double>(k);
    levels_1.push_back(-1.5 + 0.1 * x + 0.03 * std::sin(5.0 * x));
    levels_2.push_back(-1.0 + 0.07 * x + 0.02 * std::cos(7.0 * x));
  }
  auto setting = setting_of(levels(levels_1), levels(levels_2), 1.0, uniform_times(10.0, 10));
  for (const auto shape : {Shape::gaussian, Shape::lorentzian}) {
    setting.coupling = band(shape, 1.3);
    EXPECT_LT(profile_nodes(setting, 10.0).node.size(), 250U) << "of 961 states";
    const auto prediction = leading_order_of_elements(setting);
    for (std::size_t k = 1; k < setting.times.size(); k += 3) {
      const auto exact =
          sum_over_pairs(levels_1, levels_2, setting.betas[0], setting.times[k], *setting.coupling);
      for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_NEAR(prediction.curves.curve(fields::currents.at(i), 0)[k], exact.at(i), 1e-10);
      }
    }
  }
}

TEST(EnergyNodes, KeepMomentsAndFactorizeTheProfile) {
  const auto setting = setting_of(model::gaussian_density(1.0, 0.0), model::gamma_density(2.0, 0.5),
                                  0.3, uniform_times(4.0, 4));
  const auto total = total_energy(setting, 4.0);
  const auto nodes = reduced(total, 50, 2.0);
  ASSERT_LE(nodes.node.size(), 50U);
  for (const double time : {0.0, 1.0, 2.0}) {
    const auto average = [time](const TotalEnergy& energy, const std::vector<double>& weights) {
      std::complex<double> sum = 0.0;
      for (std::size_t k = 0; k < weights.size(); ++k) {
        sum += weights[k] * std::polar(1.0, -time * energy.node[k]);
      }
      return sum;
    };
    for (const auto member : {&TotalEnergy::initial, &TotalEnergy::response}) {
      const auto& before = (total.*member)[0];
      const auto& after = (nodes.*member)[0];
      EXPECT_NEAR(std::abs(average(nodes, after.probability) - average(total, before.probability)),
                  0.0, 1e-10);
      EXPECT_NEAR(std::abs(average(nodes, after.energy[1]) - average(total, before.energy[1])), 0.0,
                  1e-10);
    }
  }
  const DescribedBand law(Shape::gaussian, 2.0);
  const auto factor = profile_factor(nodes, law);
  EXPECT_LT(factor.columns, nodes.node.size());
  const auto& weights = nodes.infinite.probability;
  double error = 0.0;
  for (std::size_t a = 0; a < weights.size(); ++a) {
    for (std::size_t b = 0; b < weights.size(); ++b) {
      double rest = law.profile(nodes.node[a] - nodes.node[b]);
      for (std::size_t q = 0; q < factor.columns; ++q) {
        rest -= factor.column(q)[a] * factor.column(q)[b];
      }
      error += std::abs(weights[a] * weights[b] * rest);
    }
  }
  EXPECT_LT(error, 1e-11);
}

}  // namespace
}  // namespace rmtheat::theory
