#include "state_transfer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "contour_averages.hpp"
#include "legendre.hpp"

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;

/// e^(-izt) grows to e^growth: sums over all bins are 1 to 1e-11 then.
constexpr double growth = 7.0;

/// Pieces on which 16 points resolve frequencies up to the last time, to 1e-12.
std::size_t pieces_for(double half_width, double last_time) {
  constexpr double most_phase = 5.0;
  return static_cast<std::size_t>(std::ceil(2.0 * half_width * last_time / most_phase)) + 1;
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

  const auto& rule = LegendreRule::instance();
  pieces_ = pieces_for(half_width_, last);
  const double half = half_width_ / static_cast<double>(pieces_);
  std::vector<Complex> g(zeta.size());
  for (std::size_t piece = 0; piece < pieces_; ++piece) {
    for (const double x : rule.point) {
      const double e = half * (static_cast<double>(2 * piece + 1) + x) - half_width_;
      std::ranges::transform(zeta, g.begin(), [e](Complex at) { return quotient(1.0, at - e); });
      for (std::size_t s = 0; s < series_; ++s) {
        const Complex* of_series = sums.data() + s * g.size();
        double sum = 0.0;
        for (std::size_t k = 0; k < g.size(); ++k) {
          sum += g[k].real() * of_series[k].real() - g[k].imag() * of_series[k].imag();
        }
        values_.push_back(2.0 * sum);
      }
    }
  }
}

void StateTransfer::at(double energy, std::vector<double>& values) const {
  // Nodes beyond the range have no probability, only rounding.
  const double place = std::clamp(0.5 + 0.5 * (energy - middle_) / half_width_, 0.0, 1.0) *
                       static_cast<double>(pieces_);
  const auto piece = std::min(static_cast<std::size_t>(place), pieces_ - 1);
  const auto weights =
      LegendreRule::instance().interpolating(2.0 * (place - static_cast<double>(piece)) - 1.0);
  values.assign(series_, 0.0);
  const double* known = values_.data() + piece * LegendreRule::size * series_;
  for (const double weight : weights) {
    for (std::size_t s = 0; s < series_; ++s) {
      values[s] += weight * *known++;
    }
  }
}

StateTransferCost state_transfer_cost(const Setting& setting, std::span<const double> times,
                                      double nodes, double half_width) {
  constexpr double kernel = 25.0;            // of one element, in the time of that many operations
  constexpr double interpolation = 200.0;    // likewise
  constexpr double of_matrix_product = 1.0;  // eight operations, at eight times the speed
  const auto measures = static_cast<double>(1 + setting.betas.size());
  const auto count = static_cast<double>(times.size());
  const double on_contour =
      Contour::node_count(radius_of(setting, half_width), times.back(), growth);
  const auto points =
      static_cast<double>(LegendreRule::size * pieces_for(half_width, times.back()));
  const double series = measures * count;
  return {measures * on_contour * on_contour * (of_matrix_product * count + kernel) +
              4.0 * on_contour * (nodes + 4.0 * on_contour) * measures +
              points * on_contour * (10.0 + 4.0 * series),
          interpolation + 2.0 * LegendreRule::size * series,
          16.0 * on_contour * (series + 3.0 * count + 300.0) + 8.0 * points * series +
              24.0 * nodes * measures};
}

}  // namespace rmtheat::theory
