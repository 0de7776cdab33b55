#include <cmath>
#include <complex>
#include <numeric>

#include <gtest/gtest.h>

#include "rmtheat/support/error.hpp"
#include "rmtheat/theory/contour.hpp"
#include "rmtheat/theory/one_point.hpp"
#include "rmtheat/theory/resolvents.hpp"
#include "rmtheat/theory/time_grid.hpp"
#include "rmtheat/theory/total_energy.hpp"
#include "theory/settings.hpp"

namespace rmtheat::theory {
namespace {

TEST(TimeGrid, IntegratesAndInterpolatesOscillations) {
  constexpr double omega = 3.0;
  const TimeGrid grid(10.0, omega);
  std::vector<double> cosine;
  for (const double t : grid.times()) {
    cosine.push_back(std::cos(omega * t));
  }
  const std::vector<double> times = {0.0, 1e-3, 0.31, 4.7, 9.999, 10.0};
  const Interpolation at_times(grid, times);
  const auto integral = at_times(grid.integrate(cosine, 1), -1);
  const auto value = at_times(cosine, 1);
  for (std::size_t k = 0; k < times.size(); ++k) {
    EXPECT_NEAR(integral[k], std::sin(omega * times[k]) / omega, 2e-12);
    EXPECT_NEAR(value[k], std::cos(omega * times[k]), 5e-12);
  }
}

TEST(Interpolation, GoesOnAsAParabolaBeyondTheGrid) {
  const TimeGrid grid(6.0, 3.0);
  std::vector<double> series;
  for (const double t : grid.times()) {
    series.push_back(2.0 - 0.5 * t + 0.25 * t * t + std::exp(-20.0 * t * t));
  }
  const std::vector<double> times = {0.0, 4.0, 6.0, 6.001, 60.0, 600.0};
  const auto values = Interpolation(grid, times)(series, 1);
  for (std::size_t k = 1; k < times.size(); ++k) {
    const double expected = 2.0 - 0.5 * times[k] + 0.25 * times[k] * times[k];
    EXPECT_NEAR(values[k], expected, 1e-10 * expected) << "t = " << times[k];
  }
}

TEST(DecayTime, IsThatOfSmoothDensitiesAlone) {
  const auto gaussian = model::gaussian_density(2.0, 0.0);
  const auto smooth = setting_of(gaussian, gaussian, 0.1, {0.0, 1.0});
  const double decay = decay_time(smooth, 1e4);
  EXPECT_LT(decay, 5.0);
  EXPECT_LT(std::abs(one_point_functions(smooth, std::vector{decay}).infinite.phase[0]), 1e-15);
  const auto uniform = model::uniform_density(2.0, 0.0);
  EXPECT_EQ(decay_time(setting_of(uniform, uniform, 0.1, {0.0, 1.0}), 1e4), 1e4);
  EXPECT_EQ(decay_time(setting_of(levels({0.0, 1.0}), gaussian, 0.1, {0.0, 1.0}), 1e4), 1e4);
}

TEST(TimeGrid, ConvolvesOverManySteps) {
  const TimeGrid grid(800.0, 2.5);  // through Fourier transforms
  const auto times = grid.times();
  std::vector<Complex> x;
  std::vector<Complex> y;
  for (const double t : times) {
    x.push_back(std::polar(1.0, -0.7 * t));
    y.push_back(std::polar(1.0, 1.8 * t));
  }
  const auto result = grid.convolve(x, y);
  for (std::size_t k = 0; k < result.size(); k += 7) {
    const Complex expected = (y[k] - x[k]) / Complex(0.0, 2.5);
    EXPECT_NEAR(std::abs(result[k] - expected), 0.0, 1e-9) << "t = " << times[k];
  }
}

TEST(TimeGrid, ConvolvesPhases) {
  const TimeGrid grid(6.0, 2.5);
  const auto times = grid.times();
  std::vector<Complex> x;
  std::vector<Complex> y;
  for (const double t : times) {
    x.push_back(std::polar(1.0, -0.7 * t));
    y.push_back(std::polar(1.0, 1.8 * t));
  }
  const auto result = grid.convolve(x, y);
  for (std::size_t k = 0; k < result.size(); ++k) {
    const Complex expected = (y[k] - x[k]) / Complex(0.0, 2.5);
    EXPECT_NEAR(std::abs(result[k] - expected), 0.0, 1e-11) << "t = " << times[k];
  }
}

TEST(TotalEnergy, ReproducesTheOnePointFunctions) {
  constexpr double last_time = 12.0;
  const std::vector<double> xs = {0.0, 0.4, 3.0, last_time};
  std::vector<std::pair<SpectrumPointer, SpectrumPointer>> systems;
  for (const auto& density : unit_densities()) {
    systems.emplace_back(density, density);
  }
  systems.emplace_back(model::gamma_density(0.6, 0.8), model::semicircle_density(0.7, 1.0));
  systems.emplace_back(model::uniform_density(2.0, 0.3), levels({-1.0, 0.3, 0.4}));
  systems.emplace_back(levels({0.1, 0.2}), levels({-1.0, 0.3, 0.4}));
  for (const auto& [system_1, system_2] : systems) {
    auto setting = setting_of(system_1, system_2, 0.1, {0.0, last_time});
    setting.betas = {{1.0, 0.3}, {-0.4, 2.0}};
    const auto functions = one_point_functions(setting, xs);
    const auto total = total_energy(setting, last_time);
    const auto expect_equal = [&](const EnergyMeasure& measure, const PhaseAverage& average) {
      for (std::size_t i = 0; i < xs.size(); ++i) {
        Complex phase = 0.0;
        std::array<Complex, 2> energy{};
        for (std::size_t k = 0; k < total.node.size(); ++k) {
          const Complex factor = std::polar(1.0, -xs[i] * total.node[k]);
          phase += measure.probability[k] * factor;
          energy[0] += measure.energy[0][k] * factor;
          energy[1] += measure.energy[1][k] * factor;
        }
        EXPECT_NEAR(std::abs(phase - average.phase[i]), 0.0, 2e-12) << "x = " << xs[i];
        EXPECT_NEAR(std::abs(energy[0] - average.energy[0][i]), 0.0, 1e-11);
        EXPECT_NEAR(std::abs(energy[1] - average.energy[1][i]), 0.0, 1e-11);
      }
    };
    expect_equal(total.infinite, functions.infinite);
    for (std::size_t pair = 0; pair < 2; ++pair) {
      expect_equal(total.initial[pair], functions.initial[pair]);
      expect_equal(total.response[pair], functions.response[pair]);
    }
  }
}

TEST(TotalEnergy, ResolvesLongTimes) {
  const auto setting = setting_of(model::uniform_density(std::sqrt(3.0), 0.0),
                                  model::gamma_density(2.0, 0.3), 0.1, {0.0, 100.0});
  const auto total = total_energy(setting, 100.0);
  for (const double x : {20.0, 100.0}) {
    const auto functions = one_point_functions(setting, std::vector<double>{x});
    Complex phase = 0.0;
    for (std::size_t k = 0; k < total.node.size(); ++k) {
      phase += total.initial[0].probability[k] * std::polar(1.0, -x * total.node[k]);
    }
    EXPECT_GT(std::abs(functions.initial[0].phase[0]), 1e-6);
    EXPECT_NEAR(std::abs(phase - functions.initial[0].phase[0]), 0.0, 1e-12);
  }
}

TEST(TotalEnergy, RepresentsColdStatesAndUnlikeWidths) {
  const std::vector<std::pair<DensityPointer, DensityPointer>> systems = {
      {model::gaussian_density(1.0, 0.0), model::gaussian_density(100.0, 0.0)},
      {model::uniform_density(0.8, 0.3), model::gaussian_density(1.0, 0.0)},
      {model::semicircle_density(200.0, 0.0), model::gamma_density(0.6, 0.01)},
      {model::gamma_density(3.0, 50.0), model::uniform_density(0.01, 0.0)}};
  for (const auto& [system_1, system_2] : systems) {
    auto setting = setting_of(system_1, system_2, 0.1, {0.0, 1.0});
    setting.betas = {{60.0, 0.1}, {100.0, 100.0}, {0.001, 30.0}};
    const auto total = total_energy(setting, 0.0);
    EXPECT_NO_THROW(require_normalized(total, setting));
    for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
      for (std::size_t i = 0; i < 2; ++i) {
        const auto& energies = total.initial[pair].energy[i];
        const double mean = setting.systems[i]->mean_energy(setting.betas[pair][i]);
        EXPECT_NEAR(std::accumulate(energies.begin(), energies.end(), 0.0), mean,
                    1e-10 * (1.0 + std::abs(mean)))
            << system_1->name() << " and " << system_2->name() << ", pair " << pair;
      }
    }
  }
}

TEST(TotalEnergy, TakesStatesOfEqualEnergyTogether) {
  const auto setting =
      setting_of(levels({-1.0, 0.5, 2.0}), levels({2.0, -1.0, 0.5}), 0.1, {0.0, 1.0});
  const auto total = total_energy(setting, 1.0);
  const std::vector<double> expected = {-2.0, -0.5, 1.0, 2.5, 4.0};
  ASSERT_EQ(total.node.size(), expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k) {
    EXPECT_NEAR(total.node[k], expected[k], 1e-15);
  }
  EXPECT_NEAR(total.infinite.probability[2], 3.0 / 9.0, 1e-15);
}

TEST(Resolvents, EqualTheSumOverNodes) {
  const std::vector<double> nodes = {-1.0, -0.3, 0.2, 0.9};
  const std::vector<double> first = {0.1, 0.2, 0.3, 0.4};
  const std::vector<double> second = {1.0, -2.0, 0.5, 0.1};
  const Resolvents resolvents(nodes, {first, second}, 1.0, 120);
  for (const Complex zeta : {Complex(0.1, 0.4), Complex(1.3, 0.01), Complex(-2.0, 3.0)}) {
    Complex sum_first = 0.0;
    Complex sum_second = 0.0;
    Complex slope = 0.0;
    for (std::size_t k = 0; k < nodes.size(); ++k) {
      const Complex resolvent = 1.0 / (zeta - nodes[k]);
      sum_first += first[k] * resolvent;
      sum_second += second[k] * resolvent;
      slope -= first[k] * resolvent * resolvent;
    }
    const auto all = resolvents.all(zeta);
    EXPECT_NEAR(std::abs(all[0] - sum_first), 0.0, 1e-12);
    EXPECT_NEAR(std::abs(all[1] - sum_second), 0.0, 1e-12);
    EXPECT_NEAR(std::abs(resolvents.first(zeta).value - sum_first), 0.0, 1e-12);
    EXPECT_NEAR(std::abs(resolvents.first(zeta).slope - slope), 0.0, 1e-11);
  }
}

TEST(Contour, InvertsAProductOfResolvents) {
  // 1 / [(z - a)(w - a)] + c.c. of a mixed term: |e^(-iat)|^2 and 2 Re e^(-i(a-b)t).
  const Contour contour(2.0, 15.0, 7.0);
  const auto& z = contour.nodes();
  constexpr double a = 1.9;
  constexpr double b = -1.4;
  const std::vector<double> times = {0.0, 0.3, 7.0, 15.0};
  const auto curve = contour.at(times)([&](std::size_t j, std::size_t k) {
    const Complex w = std::conj(z[k]);
    return 1.0 / ((z[j] - a) * (w - a)) + 1.0 / ((z[j] - a) * (w - b)) +
           1.0 / ((z[j] - b) * (w - a));
  });
  for (std::size_t k = 0; k < times.size(); ++k) {
    EXPECT_NEAR(curve.value[k], 1.0 + 2.0 * std::cos((a - b) * times[k]), 1e-9);
    EXPECT_NEAR(curve.rate[k], -2.0 * (a - b) * std::sin((a - b) * times[k]), 5e-9);
  }
}

}  // namespace
}  // namespace rmtheat::theory
