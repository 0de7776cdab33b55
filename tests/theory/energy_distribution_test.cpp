#include "rmtheat/theory/energy_distribution.hpp"

#include <cmath>
#include <complex>
#include <limits>
#include <numeric>
#include <stdexcept>

#include <gtest/gtest.h>

#include "rmtheat/theory/all_orders.hpp"
#include "theory/settings.hpp"

namespace rmtheat::theory {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The bins' values at a pair and a time.
std::span<const double> at(const std::vector<double>& distributions, std::size_t bins,
                           std::size_t times, std::size_t pair, std::size_t time) {
  return std::span(distributions).subspan((pair * times + time) * bins, bins);
}

/// A bin for each level.
EnergyDistributions of_levels(const Setting& setting) {
  BinOfLevel bins;
  for (std::size_t i = 0; i < 2; ++i) {
    bins[i].resize(setting.systems[i]->discretized(0.0, 0.0, 0.0).size());
    std::iota(bins[i].begin(), bins[i].end(), 0);
  }
  return energy_distributions(setting, setting.times, bins, {bins[0].size(), bins[1].size()});
}

std::vector<double> energies_of(const Setting& setting, std::size_t i) {
  return setting.systems[i]->discretized(0.0, 0.0, 0.0).energies();
}

Setting unlike_levels(double strength, double end) {
  auto setting = setting_of(levels({98.8, 99.9, 100.4, 101.2}), levels({-49.1, -50.6, -49.8}),
                            strength, uniform_times(end, 5));
  setting.betas = {{1.0, 0.3}, {-0.4, 2.0}};
  return setting;
}

TEST(EnergyDistribution, OfLevelsHasTheEnergiesOfAllOrders) {
  const auto system = quantile_levels(*model::gaussian_density(1.0, 0.0), 8);
  for (const auto& setting :
       {setting_of(system, system, 0.3, uniform_times(10.0, 5)), unlike_levels(0.3, 4.0),
        unlike_levels(0.02, 400.0), unlike_levels(0.0, 4.0)}) {
    const auto distributions = of_levels(setting);
    const auto prediction = resummed(setting);
    const std::array fields = {fields::energy_1, fields::energy_2};
    for (std::size_t i = 0; i < 2; ++i) {
      const auto energies = energies_of(setting, i);
      for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
        for (std::size_t t = 0; t < setting.times.size(); ++t) {
          const auto p = at(distributions[i], energies.size(), setting.times.size(), pair, t);
          EXPECT_NEAR(std::accumulate(p.begin(), p.end(), 0.0), 1.0, 1e-10);
          EXPECT_GT(*std::ranges::min_element(p), -1e-10);
          EXPECT_NEAR(std::inner_product(p.begin(), p.end(), energies.begin(), 0.0),
                      prediction.curves.curve(fields[i], pair)[t], 1e-8);
        }
      }
    }
  }
}

}  // namespace
}  // namespace rmtheat::theory
