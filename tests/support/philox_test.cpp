#include "rmtheat/support/philox.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "support/statistics.hpp"

namespace rmtheat {
namespace {

constexpr std::uint64_t count = 100000;

double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

/// One number per index, by the named argument of a draw.
template <class Draw>
std::vector<double> sample(Draw draw) {
  std::vector<double> values(count);
  for (std::uint64_t k = 0; k < count; ++k) {
    values[k] = draw(k);
  }
  return values;
}

/// Products of two samples of mean 0 and variance 1: their mean is the correlation coefficient.
test::MeanWithError correlation(const std::vector<double>& first,
                                const std::vector<double>& second) {
  std::vector<double> products(first.size());
  std::transform(first.begin(), first.end(), second.begin(), products.begin(),
                 [](double x, double y) { return x * y; });
  return test::mean_with_error(products);
}

struct KnownAnswer {
  std::uint64_t seed, realization, stream, row, column;
  std::array<std::uint64_t, 2> bits;
};

TEST(Philox, KnownAnswers) {
  // The first is the published vector of Random123's kat_vectors for the zero counter and key, the
  // others come from NumPy's Philox bit generator, an independent implementation.
  constexpr std::uint64_t ones = ~std::uint64_t{0};
  const std::vector<KnownAnswer> answers = {
      {0, 0, 0, 0, 0, {0x16554d9eca36314c, 0xdb20fe9d672d0fdc}},
      {1, 0, 1, 0, 0, {0x05c42b05ff257651, 0x83431181197ac359}},
      {20260609, 99, 3, 2499, 17, {0x97d3c45c90ada39e, 0x37d5294094739804}},
      {ones,
       std::uint64_t{1} << 40U,
       5,
       std::uint64_t{1} << 33U,
       ones,
       {0xd11ba174440459e4, 0x8ca659131e3e8c9b}}};
  for (const auto& known : answers) {
    const PhiloxStream random(known.seed, known.realization, static_cast<Stream>(known.stream));
    const auto pair = random.uniform_pair(known.row, known.column);
    for (std::size_t k = 0; k < 2; ++k) {
      const double expected = std::ldexp(static_cast<double>(known.bits[k] >> 12U) + 0.5, -52);
      EXPECT_EQ(pair[k], expected);
    }
  }
}

TEST(Philox, UniformLawInTheOpenInterval) {
  const PhiloxStream random(1, 0, Stream::levels_1);
  for (const std::size_t half : {0U, 1U}) {
    const auto values = sample([&](std::uint64_t k) { return random.uniform_pair(k, 0)[half]; });
    EXPECT_GT(*std::min_element(values.begin(), values.end()), 0.0);
    EXPECT_LT(*std::max_element(values.begin(), values.end()), 1.0);
    EXPECT_LT(test::ks_distance(values, [](double u) { return u; }), test::ks_threshold(count));
  }
}

TEST(Philox, GaussianLawAndMoments) {
  const PhiloxStream random(2, 7, Stream::coupling);
  for (const std::size_t half : {0U, 1U}) {
    const auto values = sample([&](std::uint64_t k) { return random.gaussian_pair(3, k)[half]; });
    EXPECT_LT(test::ks_distance(values, normal_cdf), test::ks_threshold(count));
    // Moments 1 to 6 of the normal law: 0, 1, 0, 3, 0, 15.
    constexpr std::array<double, 6> moments = {0.0, 1.0, 0.0, 3.0, 0.0, 15.0};
    for (std::size_t order = 1; order <= moments.size(); ++order) {
      std::vector<double> powers(values.size());
      std::transform(values.begin(), values.end(), powers.begin(),
                     [order](double x) { return std::pow(x, static_cast<double>(order)); });
      EXPECT_LT(test::mean_with_error(powers).deviation(moments[order - 1]), test::sigma_threshold)
          << "moment " << order;
    }
  }
}

TEST(Philox, GaussianNumbersFollowFromTheUniformOnes) {
  // In extended precision, by the C library.
  const PhiloxStream random(3, 1, Stream::vectors);
  for (std::uint64_t row = 0; row < count; ++row) {
    const auto [u, v] = random.uniform_pair(row, 9);
    const auto [x, y] = random.gaussian_pair(row, 9);
    const long double radius = std::sqrt(-2.0L * std::log(static_cast<long double>(u)));
    const long double angle = 2.0L * std::numbers::pi_v<long double> * v;
    const double tolerance = 5e-16 * static_cast<double>(radius);
    EXPECT_NEAR(x, static_cast<double>(radius * std::cos(angle)), tolerance);
    EXPECT_NEAR(y, static_cast<double>(radius * std::sin(angle)), tolerance);
  }
}

TEST(Philox, ManyGaussianPairsAreThoseDrawnOneByOne) {
  const PhiloxStream random(3, 1, Stream::vectors);
  for (const std::size_t length : {1U, 2U, 7U, 127U, 128U, 129U, 1000U}) {
    std::vector<double> x(length);
    std::vector<double> y(length);
    random.for_each_gaussian_pair(5, 4, length, [&](std::size_t k, double first, double second) {
      x[k] = first;
      y[k] = second;
    });
    for (std::size_t k = 0; k < length; ++k) {
      EXPECT_EQ((std::array{x[k], y[k]}), random.gaussian_pair(5 + k, 4));
    }
  }
}

TEST(Philox, SameArgumentsGiveSameNumbers) {
  const PhiloxStream first(5, 3, Stream::coupling);
  const PhiloxStream second(5, 3, Stream::coupling);
  const auto value = first.gaussian_pair(11, 13);
  static_cast<void>(first.uniform_pair(99, 98));
  EXPECT_EQ(first.gaussian_pair(11, 13), value);
  EXPECT_EQ(second.gaussian_pair(11, 13), value);
}

/// Every argument of a draw, varied alone, gives new numbers that are uncorrelated with the old
/// ones, also between neighbours and for arguments exchanged.
TEST(Philox, ArgumentsAreIndependent) {
  const auto draw = [](std::uint64_t seed, std::uint64_t realization, Stream stream,
                       std::uint64_t row, std::uint64_t column) {
    return PhiloxStream(seed, realization, stream).gaussian_pair(row, column)[0];
  };
  const auto base = sample([&](std::uint64_t k) { return draw(4, 5, Stream::coupling, k, 6); });
  const std::vector<std::vector<double>> others = {
      sample([&](std::uint64_t k) { return draw(5, 5, Stream::coupling, k, 6); }),
      sample([&](std::uint64_t k) { return draw(5, 4, Stream::coupling, k, 6); }),
      sample([&](std::uint64_t k) { return draw(4, 6, Stream::coupling, k, 6); }),
      sample([&](std::uint64_t k) { return draw(4, 5, Stream::state, k, 6); }),
      sample([&](std::uint64_t k) { return draw(4, 5, Stream::coupling, k + 1, 6); }),
      sample([&](std::uint64_t k) { return draw(4, 5, Stream::coupling, k, 7); }),
      sample([&](std::uint64_t k) { return draw(4, 5, Stream::coupling, 6, k + count); }),
      sample([&](std::uint64_t k) { return draw(4, k + count, Stream::coupling, 6, 6); }),
      sample([&](std::uint64_t k) {
        return PhiloxStream(4, 5, Stream::coupling).gaussian_pair(k, 6)[1];
      })};
  for (std::size_t k = 0; k < others.size(); ++k) {
    EXPECT_LT(correlation(base, others[k]).deviation(0.0), test::sigma_threshold) << "sample " << k;
  }
  EXPECT_GT(correlation(base, base).deviation(0.0), 100.0);
}

TEST(Philox, StreamsOfOneRealizationNeverShareANumber) {
  std::set<double> seen;
  constexpr std::uint64_t side = 100;
  for (const auto stream :
       {Stream::levels_1, Stream::levels_2, Stream::coupling, Stream::state, Stream::vectors}) {
    const PhiloxStream random(1, 1, stream);
    for (std::uint64_t row = 0; row < side; ++row) {
      for (std::uint64_t column = 0; column < side; ++column) {
        seen.insert(random.uniform_pair(row, column)[0]);
      }
    }
  }
  EXPECT_EQ(seen.size(), 5 * side * side);
}

}  // namespace
}  // namespace rmtheat
