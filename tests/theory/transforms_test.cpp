#include <cmath>
#include <complex>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "band_limited.hpp"
#include "rmtheat/theory/nonuniform_transform.hpp"

namespace rmtheat::theory {
namespace {

TEST(NonuniformTransform, IsTheSumAtEveryTime) {
  for (const std::size_t count : {1U, 33U, 64U, 1000U}) {
    const double step = 0.7;
    const double first = -5.3;
    std::vector<double> frequencies;
    std::vector<double> coefficients;
    double size = 0.0;
    for (int j = 0; j < 50; ++j) {
      frequencies.push_back(4.4 * std::cos(0.7 * j * j));  // to nearly pi / step
      coefficients.push_back(std::sin(1.3 * j));
      size += std::abs(coefficients.back());
    }
    const auto sums = NonuniformTransform(frequencies, first, step, count)(coefficients);
    ASSERT_EQ(sums.size(), count);
    for (std::size_t m = 0; m < count; ++m) {
      const double time = first + step * static_cast<double>(m);
      std::complex<double> sum = 0.0;
      for (std::size_t j = 0; j < frequencies.size(); ++j) {
        sum += coefficients[j] * std::polar(1.0, -frequencies[j] * time);
      }
      const double phase = 4.4 * step * static_cast<double>(count);
      EXPECT_NEAR(std::abs(sums[m] - sum), 0.0, (1e-14 + 1e-16 * phase) * size)
          << m << " of " << count;
    }
  }
}

TEST(BandLimited, HoldsTheFastestWave) {
  for (const double last : {1e-6, 0.4, 7.0, 900.0}) {
    const double bandwidth = 3.0;
    const BandLimited wave(bandwidth, last);
    std::vector<double> values;
    for (const double time : wave.times()) {
      values.push_back(std::cos(bandwidth * time));
    }
    const std::vector times{0.0, 0.1 * last, 0.61 * last, last};
    const auto integrals = wave.integrals(values, times);
    const auto found = wave.at(values, times);
    for (std::size_t t = 0; t < times.size(); ++t) {
      EXPECT_NEAR(integrals[t], std::sin(bandwidth * times[t]) / bandwidth, 2e-14 * last);
      EXPECT_NEAR(found[t], std::cos(bandwidth * times[t]), 1e-12);
    }
  }
}

}  // namespace
}  // namespace rmtheat::theory
