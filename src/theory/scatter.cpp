#include "rmtheat/theory/scatter.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <utility>

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;
using Quantity = ScatteringStates::Quantity;

constexpr std::size_t most_bins = 1024;

/// sin(x) / x
double sinc(double x) { return std::abs(x) < 1e-6 ? 1.0 : std::sin(x) / x; }

/// phi(w, t), or its derivative in t.
Complex amplitude(Quantity quantity, double w, double time) {
  return quantity == Quantity::current ? std::polar(1.0, w * time)
                                       : std::polar(time * sinc(0.5 * w * time), 0.5 * w * time);
}

/// |phi|^2, or its derivative in t.
double probability(Quantity quantity, double w, double time) {
  return quantity == Quantity::current ? 2.0 * time * sinc(w * time)
                                       : std::norm(amplitude(quantity, w, time));
}

template <class Result>
Result mean_over(std::span<const double> times, Result (*of)(Quantity, double, double),
                 Quantity quantity, double w) {
  Result sum = 0.0;
  for (const double time : times) {
    sum += of(quantity, w, time);
  }
  return sum / static_cast<double>(times.size());
}

}  // namespace

ScatteringStates::ScatteringStates(const std::array<std::vector<double>, 2>& levels,
                                   const std::array<std::vector<double>, 2>& weights,
                                   const std::array<double, 2>& shares, double dimension)
    : dimension_(dimension), states_(static_cast<double>(levels[0].size() * levels[1].size())) {
  const auto [low_1, high_1] = std::ranges::minmax(levels[0]);
  const auto [low_2, high_2] = std::ranges::minmax(levels[1]);
  const double low = low_1 + low_2;
  const double range = high_1 + high_2 - low;
  bins_.resize(range > 0.0 ? most_bins : 1);
  width_ = range > 0.0 ? range / static_cast<double>(most_bins - 1) : 1.0;
  for (std::size_t i = 0; i < levels[0].size(); ++i) {
    for (std::size_t j = 0; j < levels[1].size(); ++j) {
      const double place = (levels[0][i] + levels[1][j] - low) / width_;
      auto& bin = bins_[std::min(bins_.size() - 1, static_cast<std::size_t>(std::lround(place)))];
      const double p = weights[0][i] * weights[1][j];
      const double h = shares[0] * levels[0][i] + shares[1] * levels[1][j];
      for (auto [row, factor] = std::pair(std::size_t{0}, 1.0); row < 3; ++row, factor *= p) {
        bin[row][0] += factor;
        bin[row][1] += factor * h;
        bin[row][2] += factor * h * h;
      }
    }
  }
}

double ScatteringStates::sum(const std::vector<double>& function, const std::array<int, 2>& x,
                             const std::array<int, 2>& y) const {
  const auto moment = [](const Moments& bin, const std::array<int, 2>& powers) {
    return bin[static_cast<std::size_t>(powers[0])][static_cast<std::size_t>(powers[1])];
  };
  std::vector<double> right(bins_.size());
  std::ranges::transform(bins_, right.begin(), [&](const Moments& bin) { return moment(bin, y); });
  double total = 0.0;
  for (std::size_t a = 0; a < bins_.size(); ++a) {
    double row = 0.0;
    for (std::size_t b = 0; b < a; ++b) {
      row += function[a - b] * right[b];
    }
    for (std::size_t b = a; b < bins_.size(); ++b) {
      row += function[b - a] * right[b];
    }
    total += moment(bins_[a], x) * row;
  }
  return total;
}

template <class Function>
std::vector<double> ScatteringStates::tabulated(double last_time, Function f) const {
  // Energies in two bins differ by up to a width more or less, triangularly distributed.
  const auto samples = static_cast<std::size_t>(std::min(15.0, 1.0 + 4.0 * width_ * last_time));
  std::vector<double> table(bins_.size());
  for (std::size_t distance = 0; distance < table.size(); ++distance) {
    double norm = 0.0;
    for (std::size_t k = 0; k < samples; ++k) {
      const double offset =
          (2.0 * static_cast<double>(k) + 1.0) / static_cast<double>(samples) - 1.0;
      const double weight = 1.0 - std::abs(offset);
      table[distance] += weight * f(width_ * (static_cast<double>(distance) + offset));
      norm += weight;
    }
    table[distance] /= norm;
  }
  return table;
}

double ScatteringStates::mean(Quantity quantity, std::span<const double> times,
                              double strength) const {
  const auto table =
      tabulated(times.back(), [&](double w) { return mean_over(times, probability, quantity, w); });
  return strength * strength / states_ * (sum(table, {1, 0}, {0, 1}) - sum(table, {1, 1}, {0, 0}));
}

double ScatteringStates::by_diagonalization(Quantity quantity, std::span<const double> times,
                                            double strength, const model::CouplingLaw& law) const {
  const auto table = tabulated(times.back(), [&](double w) {
    const double mean = mean_over(times, probability, quantity, w);
    return mean * mean;
  });
  // [(p_a - p_b)(h_b - h_a)]^2 multiplied out; a and b may be exchanged.
  const double squares = sum(table, {2, 2}, {0, 0}) - 2.0 * sum(table, {2, 1}, {0, 1}) +
                         sum(table, {2, 0}, {0, 2}) - 2.0 * sum(table, {1, 2}, {1, 0}) +
                         2.0 * sum(table, {1, 1}, {1, 1});
  const double kappa = law.is_real() ? 2.0 : 1.0;
  return std::max(0.0, kappa * std::pow(strength, 4) / (dimension_ * dimension_) * squares);
}

double ScatteringStates::of_a_chain(Quantity quantity, std::span<const double> times,
                                    double strength, const model::CouplingLaw& law) const {
  const auto table = tabulated(times.back(), [&](double w) {
    const Complex mean = mean_over(times, amplitude, quantity, w);
    return law.is_real() ? 2.0 * mean.imag() * mean.imag() : std::norm(mean);
  });
  const double squares = 2.0 * (sum(table, {1, 2}, {1, 0}) - sum(table, {1, 1}, {1, 1}));
  return std::max(0.0, strength * strength / dimension_ * squares);
}

}  // namespace rmtheat::theory
