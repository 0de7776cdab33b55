#include "rmtheat/theory/energy_distribution.hpp"

#include <cmath>
#include <complex>
#include <iterator>
#include <limits>
#include <numbers>
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
        unlike_levels(0.05, 100.0), unlike_levels(0.0, 4.0)}) {
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

TEST(EnergyDistribution, RemainderOfSecondOrderIsOfFourth) {
  const auto remainder = [](double strength) {
    const auto setting = unlike_levels(strength, 4.0);
    const auto distributions = of_levels(setting);
    const std::array energies = {energies_of(setting, 0), energies_of(setting, 1)};
    const std::size_t n2 = energies[1].size();
    const std::size_t dimension = energies[0].size() * n2;
    double largest = 0.0;
    for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
      std::array<std::vector<double>, 2> weights;
      for (std::size_t i = 0; i < 2; ++i) {
        weights[i] = model::WeightedLevels(energies[i]).thermal_weights(setting.betas[pair][i]);
      }
      for (std::size_t t = 0; t < setting.times.size(); ++t) {
        std::array<std::vector<double>, 2> expected = weights;
        for (std::size_t a = 0; a < dimension; ++a) {
          for (std::size_t b = 0; b < dimension; ++b) {
            const double w = energies[0][b / n2] - energies[0][a / n2] + energies[1][b % n2] -
                             energies[1][a % n2];
            const double phi = std::abs(w) < 1e-9 ? setting.times[t]
                                                  : 2.0 * std::sin(0.5 * w * setting.times[t]) / w;
            const double gain =
                strength * strength * phi * phi / static_cast<double>(dimension) *
                (weights[0][a / n2] * weights[1][a % n2] - weights[0][b / n2] * weights[1][b % n2]);
            expected[0][b / n2] += gain;
            expected[1][b % n2] += gain;
          }
        }
        for (std::size_t i = 0; i < 2; ++i) {
          const auto p = at(distributions[i], energies[i].size(), setting.times.size(), pair, t);
          largest = std::max(largest, largest_difference({p.begin(), p.end()}, expected[i]));
        }
      }
    }
    return largest;
  };
  const double strong = remainder(0.04);
  const double weak = remainder(0.02);
  EXPECT_GT(weak, 1e-8) << "above the numerical error";
  EXPECT_NEAR(std::log2(strong / weak), 4.0, 0.05);
}

/// |<b|exp(-iHt)|a>|^2, (b, a), by Taylor's series for this H of norm below a few.
std::vector<double> probabilities_of(const std::vector<std::complex<double>>& h,
                                     std::size_t dimension, double time) {
  constexpr int terms = 80;
  std::vector<double> result;
  for (std::size_t a = 0; a < dimension; ++a) {
    std::vector<std::complex<double>> term(dimension);
    term[a] = 1.0;
    auto sum = term;
    for (int n = 1; n < terms; ++n) {
      std::vector<std::complex<double>> next(dimension);
      for (std::size_t b = 0; b < dimension; ++b) {
        next[b] = std::complex<double>(0.0, -time / n) *
                  std::inner_product(term.begin(), term.end(), h.data() + b * dimension,
                                     std::complex<double>());
        sum[b] += next[b];
      }
      term = std::move(next);
    }
    std::ranges::transform(sum, std::back_inserter(result),
                           [](std::complex<double> x) { return std::norm(x); });
  }
  return result;
}

TEST(EnergyDistribution, OfLevelsIsTheMeanOfRealizations) {
  constexpr std::size_t realizations = 400;
  constexpr double strength = 0.3;
  constexpr double time = 5.0;
  const model::SystemLevels energies = {{{-1.3, -0.6, 0.1, 0.5, 1.4}, {-1.1, -0.2, 0.4, 1.0}}};
  auto setting = setting_of(levels(energies[0]), levels(energies[1]), strength, {0.0, time});
  setting.betas = {{1.5, -0.5}};
  const auto predicted = of_levels(setting);
  const std::size_t n2 = energies[1].size();
  const std::size_t dimension = energies[0].size() * n2;
  std::array<std::vector<double>, 2> weights;
  std::array<std::vector<double>, 2> sum;
  std::array<std::vector<double>, 2> squares;
  for (std::size_t i = 0; i < 2; ++i) {
    weights[i] = model::WeightedLevels(energies[i]).thermal_weights(setting.betas[0][i]);
    sum[i].resize(energies[i].size());
    squares[i].resize(energies[i].size());
  }
  for (std::size_t r = 0; r < realizations; ++r) {
    const auto coupling = setting.coupling->draw(energies, 7, r);
    std::vector<std::complex<double>> h(dimension * dimension);
    for (std::size_t a = 0; a < dimension; ++a) {
      for (std::size_t b = 0; b < dimension; ++b) {
        h[b * dimension + a] =
            strength * (b >= a ? coupling->element(b, a) : std::conj(coupling->element(a, b)));
      }
      h[a * dimension + a] += energies[0][a / n2] + energies[1][a % n2];
    }
    const auto probabilities = probabilities_of(h, dimension, time);
    std::array<std::vector<double>, 2> found = {std::vector<double>(energies[0].size()),
                                                std::vector<double>(energies[1].size())};
    for (std::size_t a = 0; a < dimension; ++a) {
      for (std::size_t b = 0; b < dimension; ++b) {
        const double p = weights[0][a / n2] * weights[1][a % n2] * probabilities[a * dimension + b];
        found[0][b / n2] += p;
        found[1][b % n2] += p;
      }
    }
    for (std::size_t i = 0; i < 2; ++i) {
      for (std::size_t k = 0; k < found[i].size(); ++k) {
        sum[i][k] += found[i][k];
        squares[i][k] += found[i][k] * found[i][k];
      }
    }
  }
  constexpr auto count = static_cast<double>(realizations);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto p = at(predicted[i], energies[i].size(), 2, 0, 1);
    for (std::size_t k = 0; k < p.size(); ++k) {
      const double mean = sum[i][k] / count;
      const double error = std::sqrt((squares[i][k] / count - mean * mean) / (count - 1.0));
      EXPECT_NEAR(mean, p[k], 3.5 * error) << "system " << i + 1 << ", level " << k;
      EXPECT_GT(std::abs(p[k] - weights[i][k]), 5.0 * error) << "something to see";
    }
  }
}

/// Bins between the nodes of a rule by which integral (1 - F) dE, the mean less the lowest energy,
/// is exact for distribution functions F that are smooth in (E - low)^(1 / power).
struct MeanRule {
  std::vector<double> edges;
  std::vector<double> weights;
};

MeanRule mean_rule(double low, double high, std::size_t count, double power) {
  // Fejer's first rule.
  MeanRule rule{{-infinity}, {}};
  for (std::size_t k = count; k-- > 0;) {
    const double angle =
        std::numbers::pi * (static_cast<double>(k) + 0.5) / static_cast<double>(count);
    double weight = 1.0;
    for (std::size_t m = 1; 2 * m < count; ++m) {
      weight -= 2.0 * std::cos(2.0 * static_cast<double>(m) * angle) /
                (4.0 * static_cast<double>(m * m) - 1.0);
    }
    const double u = 0.5 * (1.0 + std::cos(angle));
    rule.edges.push_back(low + (high - low) * std::pow(u, power));
    rule.weights.push_back((high - low) * power * std::pow(u, power - 1.0) * weight /
                           static_cast<double>(count));
  }
  rule.edges.push_back(infinity);
  return rule;
}

TEST(EnergyDistribution, OfDensitiesHasTheEnergiesOfAllOrders) {
  struct Case {
    std::array<DensityPointer, 2> systems;
    std::array<double, 4> range;  ///< beyond which there is nothing
    double strength;
    double end;
    double tolerance;
  };
  for (const auto& [systems, range, strength, end, tolerance] :
       {Case{{model::gaussian_density(1.0, 30.0), model::gaussian_density(0.7, -5.0)},
             {18.0, 40.0, -13.0, 3.0},
             0.4,
             8.0,
             1e-8},
        Case{{model::uniform_density(1.5, 0.0), model::gaussian_density(1.0, 0.0)},
             {-1.5, 1.5, -9.0, 9.0},
             0.3,
             8.0,
             1e-8},
        Case{{model::uniform_density(1.5, 0.0), model::uniform_density(1.0, 2.0)},
             {-1.5, 1.5, 1.0, 3.0},
             0.3,
             8.0,
             1e-8},
        Case{{model::semicircle_density(2.0, 0.0), model::gamma_density(0.6, 1.0)},
             {-2.0, 2.0, 0.0, 60.0},
             0.3,
             8.0,
             1e-6}}) {
    auto setting = setting_of(systems[0], systems[1], strength, uniform_times(end, 2));
    setting.betas = {{1.0, 0.3}, {-0.2, 0.6}};
    const double power = range[2] == 0.0 ? 5.0 : 1.0;  // E^0.6 near an edge
    const std::array rules = {mean_rule(range[0], range[1], 64, 1.0),
                              mean_rule(range[2], range[3], 64, power)};
    const auto distributions =
        energy_distributions(setting, setting.times, {rules[0].edges, rules[1].edges});
    const auto prediction = resummed(setting);
    const std::array fields = {fields::energy_1, fields::energy_2};
    for (std::size_t i = 0; i < 2; ++i) {
      const std::size_t bins = rules[i].edges.size() - 1;
      for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
        for (std::size_t t = 0; t < setting.times.size(); ++t) {
          const auto p = at(distributions[i], bins, setting.times.size(), pair, t);
          EXPECT_NEAR(std::accumulate(p.begin(), p.end(), 0.0), 1.0, 1e-9);
          EXPECT_GT(*std::ranges::min_element(p), -1e-9);
          double mean = range[2 * i];
          double above = 1.0;
          for (std::size_t k = 0; k + 1 < bins; ++k) {
            above -= p[k];
            mean += rules[i].weights[k] * above;
          }
          EXPECT_NEAR(mean, prediction.curves.curve(fields[i], pair)[t], tolerance)
              << systems[0]->name() << " " << systems[1]->name() << ", system " << i + 1 << ", t "
              << setting.times[t];
        }
      }
    }
  }
}

TEST(EnergyDistribution, OfDensitiesIsTheLimitOfQuantileLevels) {
  constexpr std::size_t bins = 4;
  const std::array<DensityPointer, 2> densities = {model::uniform_density(1.8, 0.0),
                                                   model::semicircle_density(1.5, 0.4)};
  auto setting = setting_of(densities[0], densities[1], 0.4, {0.0, 3.0, 6.0});
  BinEdges edges;
  for (std::size_t i = 0; i < 2; ++i) {
    edges[i] = {-infinity, densities[i]->quantile(0.25), densities[i]->quantile(0.5),
                densities[i]->quantile(0.75), infinity};
  }
  const auto limit = energy_distributions(setting, setting.times, edges);
  const auto distance = [&](std::size_t size) {
    BinOfLevel bin_of_level;
    for (std::size_t i = 0; i < 2; ++i) {
      setting.systems[i] = quantile_levels(*densities[i], size);
      for (std::size_t k = 0; k < size; ++k) {
        bin_of_level[i].push_back(k * bins / size);
      }
    }
    const auto found = energy_distributions(setting, setting.times, bin_of_level, {bins, bins});
    return std::max(largest_difference(found[0], limit[0]), largest_difference(found[1], limit[1]));
  };
  const double coarse = distance(40);
  const double fine = distance(80);
  const double finest = distance(160);
  EXPECT_LT(finest, 2e-5);
  EXPECT_LT(fine, 0.4 * coarse);
  EXPECT_LT(finest, 0.4 * fine);
}

TEST(EnergyDistribution, OfWiderBinsIsTheSum) {
  const auto levels = unlike_levels(0.3, 4.0);
  const auto fine = of_levels(levels);
  const auto coarse =
      energy_distributions(levels, levels.times, BinOfLevel{{{1, 0, 1, 0}, {0, 0, 0}}}, {2, 1});
  for (std::size_t row = 0; row < 2 * levels.times.size(); ++row) {
    EXPECT_NEAR(coarse[0][2 * row], fine[0][4 * row + 1] + fine[0][4 * row + 3], 1e-14);
    EXPECT_NEAR(coarse[0][2 * row + 1], fine[0][4 * row] + fine[0][4 * row + 2], 1e-14);
    EXPECT_NEAR(coarse[1][row], 1.0, 1e-10);
  }
  const auto densities =
      setting_of(model::gamma_density(0.6, 1.0), model::uniform_density(1.0, 0.0), 0.3, {0.0, 5.0});
  // Edges near an edge of a density, and beyond it.
  const auto many = energy_distributions(densities, densities.times,
                                         {{{-1.0, 1e-9, 1e-4, 0.3, 1.0}, {-2.0, -0.999999, 0.2}}});
  const auto few = energy_distributions(densities, densities.times, {{{0.0, 1.0}, {-1.0, 0.2}}});
  for (std::size_t t = 0; t < 2; ++t) {
    EXPECT_NEAR(many[0][4 * t] + many[0][4 * t + 1] + many[0][4 * t + 2] + many[0][4 * t + 3],
                few[0][t], 1e-9);
    EXPECT_NEAR(many[1][2 * t] + many[1][2 * t + 1], few[1][t], 1e-9);
    EXPECT_LT(few[0][t], 0.95) << "energies outside of all bins are not counted";
  }
}

TEST(EnergyDistribution, IncompleteBinsAreRefused) {
  const auto finite = unlike_levels(0.3, 4.0);
  const BinOfLevel one_per_level = {{{0, 1, 2, 3}, {0, 1, 2}}};
  EXPECT_THROW(energy_distributions(finite, finite.times, one_per_level, {4, 2}),
               std::invalid_argument);
  EXPECT_THROW(energy_distributions(finite, finite.times, BinOfLevel{{{0}, {0, 1, 2}}}, {4, 3}),
               std::invalid_argument);
  EXPECT_THROW(energy_distributions(finite, {}, one_per_level, {4, 3}), std::invalid_argument);
  const BinEdges halves = {{{-infinity, 0.0, infinity}, {-infinity, 0.0, infinity}}};
  EXPECT_THROW(energy_distributions(finite, finite.times, halves), std::invalid_argument);
  const auto continuum = setting_of(model::gaussian_density(1.0, 0.0),
                                    model::gaussian_density(1.0, 0.0), 0.3, {0.0, 1.0});
  EXPECT_THROW(energy_distributions(continuum, continuum.times, BinEdges{{{0.0, 0.0}, {0.0, 1.0}}}),
               std::invalid_argument);
  EXPECT_THROW(energy_distributions(continuum, continuum.times, BinEdges{{{0.0, 1.0}, {1.0}}}),
               std::invalid_argument);
}

}  // namespace
}  // namespace rmtheat::theory
