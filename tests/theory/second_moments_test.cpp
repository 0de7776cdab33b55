#include "rmtheat/model/observable/second_moments.hpp"

#include <cmath>
#include <complex>
#include <string_view>

#include <gtest/gtest.h>

#include "rmtheat/theory/formulas.hpp"
#include "theory/settings.hpp"
#include "theory/structured_laws.hpp"

namespace rmtheat::theory {
namespace {

const std::array all_fields = {fields::heat_second_moment, fields::work_second_moment,
                               fields::entropy_second_moment};

Prediction predict(std::string_view name, const Setting& setting) {
  return std::ranges::find(formulas(), name, &Formula::name)->predict(setting);
}

/// Quadratic forms of <DeltaE_1^2>, <DeltaE_1 DeltaE_2>, <DeltaE_2^2>, in the order of all_fields.
std::array<double, 3> forms(const Setting& setting, const std::array<double, 3>& m) {
  const auto form = [&m](double a, double b) {
    return a * a * m[0] + 2.0 * a * b * m[1] + b * b * m[2];
  };
  const auto [beta1, beta2] = setting.betas.front();
  return {form(1.0 - setting.work_share, -setting.work_share), form(1.0, 1.0), form(beta1, beta2)};
}

TEST(SecondMoments, AllOrdersOfEightQuantileLevels) {
  // Reference values from probabilities that were integrated in real time.
  constexpr std::array<std::array<double, 3>, 5> expected = {{{2.218996, -1.163071, 2.017385},
                                                              {3.834419, -2.778756, 3.633043},
                                                              {5.067882, -4.013776, 4.866799},
                                                              {6.015862, -4.968485, 5.815637},
                                                              {6.756757, -5.723740, 6.557324}}};
  const auto system = quantile_levels(*model::gaussian_density(1.0, 0.0), 8);
  auto setting = setting_of(system, system, 0.3, uniform_times(10.0, 5));
  setting.with_statistics = true;
  const auto prediction = predict("resummed", setting);
  for (std::size_t k = 0; k < expected.size(); ++k) {
    const auto exact = forms(setting, expected[k]);
    for (std::size_t f = 0; f < all_fields.size(); ++f) {
      EXPECT_NEAR(prediction.curves.curve(all_fields[f], 0)[k + 1] / 0.09, exact[f], 1e-5);
    }
  }
}

/// Unlike levels, of unlike numbers, far from 0.
Setting unlike_levels(double strength) {
  auto setting = setting_of(levels({98.8, 99.9, 100.4, 101.2}), levels({-50.6, -49.8, -49.1}),
                            strength, uniform_times(4.0, 8));
  setting.with_statistics = true;
  return setting;
}

/// lambda^2 sum_ab p_a E|V_ab|^2 |phi_ab|^2 (E_i^b - E_i^a)(E_j^b - E_j^a), as it stands.
std::array<double, 3> leading_moments(const Setting& setting, double time) {
  std::array<std::vector<double>, 2> energies;
  std::array<std::vector<double>, 2> weights;
  for (std::size_t i = 0; i < 2; ++i) {
    const auto spectrum = setting.systems[i]->discretized(0.0, 0.0, 0.0);
    energies[i] = spectrum.energies();
    weights[i] = spectrum.thermal_weights(setting.betas.front()[i]);
  }
  const std::size_t n2 = energies[1].size();
  const std::size_t dimension = energies[0].size() * n2;
  std::array<double, 3> sums{};
  for (std::size_t a = 0; a < dimension; ++a) {
    for (std::size_t b = 0; b < dimension; ++b) {
      const std::array change = {energies[0][b / n2] - energies[0][a / n2],
                                 energies[1][b % n2] - energies[1][a % n2]};
      const double w = change[0] + change[1];
      const double phi = std::abs(w) < 1e-9 ? time : 2.0 * std::sin(0.5 * w * time) / w;
      for (std::size_t k = 0; k < 3; ++k) {
        sums[k] += setting.strength * setting.strength * weights[0][a / n2] * weights[1][a % n2] *
                   setting.coupling->second_moment(a, b, {energies[0], energies[1]}) * phi * phi *
                   change[k / 2] * change[(k + 1) / 2];
      }
    }
  }
  return sums;
}

TEST(SecondMoments, LeadingOrderIsTheSumOverStates) {
  auto setting = unlike_levels(0.2);
  std::vector<std::complex<double>> elements(144);
  for (std::size_t a = 0; a < 12; ++a) {
    for (std::size_t b = 0; b < 12; ++b) {
      elements[a * 12 + b] = 0.1 * static_cast<double>((a * b) % 7) + 0.05;
    }
  }
  for (const auto& law : std::vector<model::LawPointer>{
           model::gaussian_unitary(), std::make_shared<DescribedProducts>(1.0),
           std::make_shared<DescribedBand>(DescribedBand::Shape::lorentzian, 0.8),
           std::make_shared<DescribedMatrix>(elements)}) {
    setting.coupling = law;
    const auto prediction = predict("lo", setting);
    for (std::size_t t = 0; t < setting.times.size(); ++t) {
      const auto exact = forms(setting, leading_moments(setting, setting.times[t]));
      for (std::size_t f = 0; f < all_fields.size(); ++f) {
        EXPECT_NEAR(prediction.curves.curve(all_fields[f], 0)[t], exact[f], 1e-10);
      }
    }
  }
}

/// The largest difference of two predictions in any second moment that both have.
double difference(const Prediction& a, const Prediction& b) {
  double largest = 0.0;
  for (const auto& field : all_fields) {
    if (a.curves.has(field) && b.curves.has(field)) {
      largest = std::max(largest, largest_difference(change(a, field), change(b, field)));
    }
  }
  return largest;
}

TEST(SecondMoments, RemainderOfTheExpansionIsOfSixthOrder) {
  const auto band = std::make_shared<DescribedBand>(DescribedBand::Shape::gaussian, 1.2);
  auto continuum = setting_of(model::gaussian_density(1.0, 30.0), model::gamma_density(2.0, 0.5),
                              0.0, uniform_times(4.0, 8));
  continuum.with_statistics = true;
  for (const auto& law : std::vector<model::LawPointer>{model::gaussian_unitary(), band}) {
    for (auto setting : {unlike_levels(0.0), continuum}) {
      setting.coupling = law;
      const auto remainder = [&setting](double strength) {
        setting.strength = strength;
        return difference(predict("resummed", setting), predict("nlo", setting));
      };
      const double at_strong = remainder(0.1);
      const double at_weak = remainder(0.05);
      EXPECT_GT(at_weak, 1e-9) << "above the numerical error";
      EXPECT_NEAR(std::log2(at_strong / at_weak), 6.0, 0.2);
    }
  }
}

TEST(SecondMoments, OfFactorsAreThoseOfTheirLimit) {
  auto setting = unlike_levels(0.2);
  const auto full = predict("resummed", setting);
  setting.coupling = std::make_shared<DescribedProducts>(2.0);
  EXPECT_EQ(difference(predict("resummed", setting), full), 0.0);
  const auto next = predict("nlo", setting);
  EXPECT_TRUE(next.curves.has(fields::heat_current));
  for (const auto& field : all_fields) {
    EXPECT_FALSE(next.curves.has(field));
  }
}

TEST(SecondMoments, OfAContinuumDoNotDependOnWhereItLies) {
  const auto at = [](double mean_1, double mean_2, std::string_view name) {
    auto setting = setting_of(model::gaussian_density(1.0, mean_1),
                              model::uniform_density(1.4, mean_2), 0.2, uniform_times(6.0, 12));
    setting.with_statistics = true;
    return predict(name, setting);
  };
  for (const std::string_view name : {"lo", "nlo", "resummed", "kinetic"}) {
    EXPECT_LT(difference(at(0.0, 0.0, name), at(40.0, -70.0, name)), 1e-9) << name;
  }
}

TEST(SecondMoments, RelaxToTheKineticLimit) {
  const auto density = model::gaussian_density(1.0, 0.0);
  const auto at = [&](double strength, std::string_view name) {
    auto setting =
        setting_of(density, density, strength, uniform_times(1.0 / (strength * strength), 10));
    setting.with_statistics = true;
    return predict(name, setting);
  };
  EXPECT_FALSE(at(0.1, "kinetic").curves.has(fields::work_second_moment)) << "as it has no work";
  const double strong = difference(at(0.1, "resummed"), at(0.1, "kinetic"));
  const double weak = difference(at(0.05, "resummed"), at(0.05, "kinetic"));
  EXPECT_GT(change(at(0.05, "kinetic"), fields::heat_second_moment).back(), 0.1);
  EXPECT_NEAR(strong / weak, 4.0, 0.3) << "of order lambda^2";
}

TEST(SecondMoments, LeaveTheOtherFieldsAsTheyAre) {
  for (auto setting : {unlike_levels(0.3),
                       setting_of(model::gaussian_density(1.0, 3.0), model::gamma_density(2.0, 0.5),
                                  0.3, uniform_times(4.0, 8))}) {
    for (const auto& row : formulas()) {
      if (row.needs_continuum && setting.systems[0]->continuum() == nullptr) {
        continue;
      }
      setting.with_statistics = false;
      const auto without = row.predict(setting);
      setting.with_statistics = true;
      const auto with = row.predict(setting);
      EXPECT_EQ(with.curves.fields().size(),
                without.curves.fields().size() + (row.needs_continuum ? 2 : 3))
          << row.name;
      for (const auto& field : without.curves.fields()) {
        const auto expected = without.curves.values(field);
        for (std::size_t k = 0; k < expected.size(); ++k) {
          EXPECT_NEAR(with.curves.values(field)[k], expected[k], 1e-9) << row.name << field.name;
        }
      }
    }
  }
}

}  // namespace
}  // namespace rmtheat::theory
