#include "rmtheat/dynamics/diagonalization/time_nodes.hpp"

#include <cmath>
#include <complex>
#include <random>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "dynamics/experiments.hpp"

namespace rmtheat::dynamics {
namespace {

/// A real curve whose frequencies fill the band up to its edges.
class BandLimitedCurve {
 public:
  explicit BandLimitedCurve(double bandwidth) {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> frequency(-bandwidth, bandwidth);
    std::normal_distribution<double> normal;
    for (int k = 0; k < 60; ++k) {
      terms_.push_back({k == 0 ? bandwidth : frequency(random), {normal(random), normal(random)}});
      scale_ += std::abs(terms_.back().amplitude);
    }
  }

  [[nodiscard]] std::vector<double> at(const std::vector<double>& times) const {
    std::vector<double> values;
    for (const double time : times) {
      std::complex<double> sum = 0.0;
      for (const auto& [frequency, amplitude] : terms_) {
        sum += amplitude * std::polar(1.0, -frequency * time);
      }
      values.push_back(sum.real());
    }
    return values;
  }
  [[nodiscard]] double scale() const { return scale_; }

 private:
  struct Term {
    double frequency;
    std::complex<double> amplitude;
  };
  std::vector<Term> terms_;
  double scale_ = 0.0;
};

/// Ascending from 0 to `end` in unequal steps.
std::vector<double> ragged_times(std::size_t count, double end) {
  std::mt19937_64 random(8);
  std::uniform_real_distribution<double> step(1e-3, 1.0);
  std::vector<double> times = {0.0};
  while (times.size() < count) {
    times.push_back(times.back() + step(random));
  }
  const double longest = times.back();
  for (double& time : times) {
    time *= end / longest;
  }
  return times;
}

/// Returns how many nodes the curve took.
std::size_t expect_exact(const std::vector<double>& times, double bandwidth) {
  const TimeNodes nodes(times, bandwidth);
  const BandLimitedCurve curve(bandwidth);
  const auto exact = curve.at(times);
  const auto values = nodes.at_times(curve.at(nodes.nodes()));
  EXPECT_EQ(values.size(), times.size());
  for (std::size_t t = 0; t < times.size(); ++t) {
    EXPECT_NEAR(values[t], exact[t], 1e-12 * curve.scale()) << "t = " << times[t];
  }
  EXPECT_EQ(TimeNodes::node_count(times, bandwidth), nodes.nodes().size());
  EXPECT_TRUE(nodes.serves(times, bandwidth));
  return nodes.nodes().size();
}

TEST(TimeNodes, GiveBandLimitedCurvesToRounding) {
  for (const double bandwidth : {0.0, 0.01, 1.0, 9.0, 21.0}) {
    EXPECT_LT(expect_exact(ragged_times(401, 10.0), bandwidth), 401U);
    EXPECT_LT(expect_exact(test::equal_steps(401, 0.025), bandwidth), 401U);
  }
}

TEST(TimeNodes, GrowWithTheBandAndTheLastTimeAlone) {
  const std::size_t count = expect_exact(ragged_times(3001, 10.0), 200.0);
  EXPECT_EQ(expect_exact(ragged_times(3001, 200.0), 10.0), count);
  EXPECT_EQ(expect_exact(ragged_times(1500, 10.0), 200.0), count);
  EXPECT_GT(count, 1000U);
}

// More nodes than times would only cost: the nodes are the times.
TEST(TimeNodes, AreTheTimesWhereThoseAreFew) {
  for (const auto& times : {std::vector<double>{0.0}, std::vector<double>{0.0, 4.0},
                            ragged_times(23, 10.0), test::equal_steps(80, 0.1)}) {
    const TimeNodes nodes(times, 40.0);
    EXPECT_EQ(nodes.nodes(), times);
    EXPECT_EQ(nodes.at_times(times), times);
    EXPECT_EQ(expect_exact(times, 40.0), times.size());
  }
}

TEST(TimeNodes, ServeOnlyTheirOwnTimesAndNumberOfNodes) {
  const auto times = ragged_times(401, 10.0);
  const TimeNodes nodes(times, 9.0);
  EXPECT_FALSE(nodes.serves(times, 20.0));
  EXPECT_FALSE(nodes.serves(ragged_times(400, 10.0), 9.0));
  EXPECT_FALSE(nodes.serves(test::equal_steps(401, 0.025), 9.0));
  EXPECT_TRUE(nodes.serves(times, 9.0 + 1e-9));
}

TEST(TimeNodes, QuadratureIntegratesTheBand) {
  for (const double bandwidth : {0.01, 3.0, 21.0}) {
    const TimeNodes nodes(test::equal_steps(401, 0.025), bandwidth);
    const auto weights = nodes.quadrature();
    ASSERT_EQ(weights.size(), nodes.nodes().size());
    double integral = 0.0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
      integral += weights[k] * std::cos(bandwidth * nodes.nodes()[k] + 0.4);
    }
    EXPECT_NEAR(integral, (std::sin(10.0 * bandwidth + 0.4) - std::sin(0.4)) / bandwidth, 1e-12);
  }
  EXPECT_TRUE(TimeNodes(test::equal_steps(5, 1.0), 9.0).quadrature().empty());
}

TEST(TimeNodes, IntegralsAreThoseOfTheBand) {
  for (const auto& times : {ragged_times(41, 10.0), ragged_times(401, 10.0)}) {
    for (const double bandwidth : {0.01, 3.0, 21.0}) {
      const TimeNodes nodes(times, bandwidth, 8.0);
      std::vector<double> at_nodes;
      for (const double node : nodes.nodes()) {
        at_nodes.push_back(std::cos(bandwidth * node + 0.4));
      }
      const auto integrals = nodes.integrals(at_nodes);
      for (std::size_t t = 0; t < times.size(); ++t) {
        EXPECT_NEAR(integrals[t],
                    (std::sin(bandwidth * times[t] + 0.4) - std::sin(0.4)) / bandwidth, 1e-12);
      }
    }
  }
  const TimeNodes five(test::equal_steps(5, 1.0), 9.0);
  EXPECT_THROW(static_cast<void>(five.integrals(std::vector(5, 1.0))), std::logic_error);
}

TEST(TimeNodes, FewerChebyshevPointsAreLessPrecise) {
  const auto times = ragged_times(401, 10.0);
  const double bandwidth = 9.0;
  const auto error = [&](double excess) {
    const TimeNodes nodes(times, bandwidth, excess);
    std::vector<double> at_nodes;
    for (const double node : nodes.nodes()) {
      at_nodes.push_back(std::cos(bandwidth * node));
    }
    double largest = 0.0;
    const auto values = nodes.at_times(at_nodes);
    for (std::size_t t = 0; t < times.size(); ++t) {
      largest = std::max(largest, std::abs(values[t] - std::cos(bandwidth * times[t])));
    }
    return largest;
  };
  EXPECT_LT(error(8.0), 1e-12);
  EXPECT_LT(error(5.0), 1e-5);
  EXPECT_GT(error(1.0), 1e-5);
}

// Nodes that mirror each other share the work; ragged times do not.
TEST(TimeNodes, PhasesAreThoseOfTheEnergy) {
  for (const auto& times : {ragged_times(401, 10.0), ragged_times(12, 10.0), ragged_times(13, 10.0),
                            test::equal_steps(12, 1.0), test::equal_steps(13, 1.0)}) {
    const TimeNodes nodes(times, 9.0);
    const std::size_t count = nodes.nodes().size();
    for (const double energy : {0.0, -4.3, 0.7, 250.0}) {
      std::vector<double> phases(2 * count);
      nodes.phases(energy, phases);
      for (std::size_t k = 0; k < count; ++k) {
        // The angle itself is known to its rounding.
        const double rounding = 1e-15 * (4.0 + std::abs(energy) * times.back());
        EXPECT_NEAR(phases[k], std::cos(energy * nodes.nodes()[k]), rounding);
        EXPECT_NEAR(phases[count + k], std::sin(energy * nodes.nodes()[k]), rounding);
      }
    }
  }
}

}  // namespace
}  // namespace rmtheat::dynamics
