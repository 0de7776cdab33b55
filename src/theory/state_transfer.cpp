#include "state_transfer.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "contour_averages.hpp"

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;

/// Less than for energies: what cancels between z and z' is larger here.
constexpr double growth = 5.0;

/// Polynomials that resolve a function of x in [-1, 1] with frequencies up to tau.
std::size_t polynomials_for(double tau) {
  constexpr double beyond = 40.0;
  return static_cast<std::size_t>(tau + 12.0 * std::cbrt(tau) + beyond);
}

double radius_of(const Setting& setting, double half_width) {
  return half_width + 2.0 * std::abs(setting.strength);
}

/// What each node of the contour has in S_e[q], but for g_e: (nodes, times).
std::vector<Complex> sums_over_other(const Contour& contour, const Contour::Inversion& invert,
                                     const std::vector<Complex>& zeta,
                                     const std::vector<Complex>& q, double order_2) {
  const auto& z = contour.nodes();
  return invert.by_node([&](std::size_t j, std::size_t k) {
    return order_2 * quotient(q[j] - std::conj(q[k]),
                              (zeta[j] - std::conj(zeta[k])) * (z[j] - std::conj(z[k])));
  });
}

}  // namespace

StateTransfer::StateTransfer(const Setting& setting, TotalEnergy total,
                             std::span<const double> times)
    : series_((1 + setting.betas.size()) * times.size()) {
  const double order_2 = setting.strength * setting.strength;
  const double last = times.back();
  const CentredEnergy energy(std::move(total), setting.strength);
  middle_ = energy.middle;
  half_width_ = energy.half_width;
  std::vector<std::span<const double>> measures{energy.total.infinite.probability};
  for (const auto& initial : energy.total.initial) {
    measures.emplace_back(initial.probability);
  }
  const Contour contour(radius_of(setting, half_width_), last, growth);
  const auto [zeta, averages] = averages_on(
      contour,
      Resolvents(energy.total.node, measures, half_width_, contour.resolving_degree(half_width_)),
      order_2);
  const auto invert = contour.at(times);
  std::vector<Complex> sums;  // (nodes, times, measures)
  for (const auto& q : averages) {
    const auto next = sums_over_other(contour, invert, zeta, q, order_2);
    sums.insert(sums.end(), next.begin(), next.end());
  }

  const std::size_t count = polynomials_for(half_width_ * last);
  const auto angle = [count](std::size_t j) {
    return std::numbers::pi * (static_cast<double>(j) + 0.5) / static_cast<double>(count);
  };
  std::vector<double> values(count * series_);
  std::vector<Complex> g(zeta.size());
  for (std::size_t j = 0; j < count; ++j) {
    const double e = half_width_ * std::cos(angle(j));
    std::ranges::transform(zeta, g.begin(), [e](Complex at) { return quotient(1.0, at - e); });
    for (std::size_t s = 0; s < series_; ++s) {
      const Complex* of_series = sums.data() + s * g.size();
      double sum = 0.0;
      for (std::size_t k = 0; k < g.size(); ++k) {
        sum += g[k].real() * of_series[k].real() - g[k].imag() * of_series[k].imag();
      }
      values[s * count + j] = 2.0 * sum;
    }
  }
  coefficients_.resize(count * series_);
  for (std::size_t m = 0; m < count; ++m) {
    std::vector<double> cosines(count);
    for (std::size_t j = 0; j < count; ++j) {
      cosines[j] = (m == 0 ? 1.0 : 2.0) / static_cast<double>(count) *
                   std::cos(static_cast<double>(m) * angle(j));
    }
    for (std::size_t s = 0; s < series_; ++s) {
      for (std::size_t j = 0; j < count; ++j) {
        coefficients_[m * series_ + s] += cosines[j] * values[s * count + j];
      }
    }
  }
}

void StateTransfer::at(double energy, std::vector<double>& values) const {
  // Nodes beyond the range have no probability, only rounding.
  const double x = std::clamp((energy - middle_) / half_width_, -1.0, 1.0);
  values.assign(series_, 0.0);
  double polynomial = 1.0;
  double next = x;
  for (std::size_t first = 0; first < coefficients_.size(); first += series_) {
    for (std::size_t s = 0; s < series_; ++s) {
      values[s] += polynomial * coefficients_[first + s];
    }
    polynomial = std::exchange(next, 2.0 * x * next - polynomial);
  }
}

StateTransferCost state_transfer_cost(const Setting& setting, std::span<const double> times,
                                      double nodes, double half_width) {
  constexpr double kernel = 25.0;            // of one element, in the time of that many operations
  constexpr double of_matrix_product = 1.0;  // eight operations, at eight times the speed
  const auto measures = static_cast<double>(1 + setting.betas.size());
  const auto count = static_cast<double>(times.size());
  const double on_contour =
      Contour::node_count(radius_of(setting, half_width), times.back(), growth);
  const auto polynomials = static_cast<double>(polynomials_for(half_width * times.back()));
  const double series = measures * count;
  return {measures * on_contour * on_contour * (of_matrix_product * count + kernel) +
              4.0 * on_contour * (nodes + 4.0 * on_contour) * measures +
              polynomials * (on_contour + polynomials) * (10.0 + 4.0 * series),
          polynomials * (4.0 + 2.0 * series),
          16.0 * on_contour * (series + 3.0 * count + 300.0) + 24.0 * nodes * measures};
}

}  // namespace rmtheat::theory
