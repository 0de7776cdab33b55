#include "rmtheat/dynamics/diagonalization/time_nodes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace rmtheat::dynamics {
namespace {

constexpr double to_rounding = 8.0;

bool are_mirrored(std::span<const double> nodes) {
  const double ends = nodes.front() + nodes.back();
  const double rounding = 4.0 * std::numeric_limits<double>::epsilon() * nodes.back();
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    if (std::abs(nodes[k] + nodes[nodes.size() - 1 - k] - ends) > rounding) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::size_t TimeNodes::chebyshev_count(std::span<const double> times, double bandwidth,
                                       double excess) {
  const double z = 0.5 * bandwidth * times.back();
  const auto needed = static_cast<std::size_t>(z + excess * (std::cbrt(z) + 2.0));
  // In steps of eight: realizations of one ensemble then mostly share their nodes.
  return (needed + 7) / 8 * 8;
}

std::size_t TimeNodes::node_count(std::span<const double> times, double bandwidth) {
  return std::min(times.size(), chebyshev_count(times, bandwidth, to_rounding));
}

TimeNodes::TimeNodes(std::span<const double> times, double bandwidth)
    : times_(times.begin(), times.end()) {
  const std::size_t count = node_count(times, bandwidth);
  if (count == times.size()) {
    nodes_.assign(times.begin(), times.end());
    mirrored_ = are_mirrored(nodes_);
    return;
  }
  place_chebyshev_points(count);
}

TimeNodes::TimeNodes(std::span<const double> times, double bandwidth, double excess)
    : times_(times.begin(), times.end()) {
  place_chebyshev_points(chebyshev_count(times, bandwidth, excess));
}

void TimeNodes::place_chebyshev_points(std::size_t count) {
  mirrored_ = true;
  // Chebyshev points of the first kind and the barycentric formula (Berrut and Trefethen 2004).
  std::vector<double> barycentric(count);
  for (std::size_t k = 0; k < count; ++k) {
    const double angle =
        std::numbers::pi * (static_cast<double>(k) + 0.5) / static_cast<double>(count);
    nodes_.push_back(0.5 * times_.back() * (1.0 - std::cos(angle)));
    barycentric[k] = (k % 2 == 0 ? 1.0 : -1.0) * std::sin(angle);
  }
  weights_.resize(times_.size() * count);
  for (std::size_t t = 0; t < times_.size(); ++t) {
    const std::span row = std::span(weights_).subspan(t * count, count);
    const auto hit = std::ranges::find(nodes_, times_[t]);
    if (hit != nodes_.end()) {
      row[static_cast<std::size_t>(hit - nodes_.begin())] = 1.0;
      continue;
    }
    for (std::size_t k = 0; k < count; ++k) {
      row[k] = barycentric[k] / (times_[t] - nodes_[k]);
    }
    const double norm = std::accumulate(row.begin(), row.end(), 0.0);
    for (double& weight : row) {
      weight /= norm;
    }
  }
}

void TimeNodes::phases(double energy, std::span<double> out) const {
  const std::size_t count = nodes_.size();
  const auto cosines = out.first(count);
  const auto sines = out.subspan(count, count);
  const std::size_t computed = mirrored_ ? (count + 1) / 2 : count;
  for (std::size_t k = 0; k < computed; ++k) {
    cosines[k] = std::cos(energy * nodes_[k]);
    sines[k] = std::sin(energy * nodes_[k]);
  }
  // e^(i energy (a + b - t)) is conj(e^(i energy t)) but for one factor.
  const double angle = energy * (nodes_.front() + nodes_.back());
  const double cosine = std::cos(angle);
  const double sine = std::sin(angle);
  for (std::size_t k = computed; k < count; ++k) {
    const std::size_t mirror = count - 1 - k;
    cosines[k] = cosine * cosines[mirror] + sine * sines[mirror];
    sines[k] = sine * cosines[mirror] - cosine * sines[mirror];
  }
}

std::vector<double> TimeNodes::at_times(std::span<const double> at_nodes) const {
  if (weights_.empty()) {
    return {at_nodes.begin(), at_nodes.end()};
  }
  std::vector<double> values(times_.size());
  for (std::size_t t = 0; t < times_.size(); ++t) {
    values[t] =
        std::inner_product(at_nodes.begin(), at_nodes.end(),
                           weights_.begin() + static_cast<std::ptrdiff_t>(t * nodes_.size()), 0.0);
  }
  return values;
}

std::vector<double> TimeNodes::chebyshev_coefficients(std::span<const double> at_nodes) const {
  const std::size_t count = nodes_.size();
  // At the k-th node T_j = (-1)^j cos(j (2k + 1) pi / (2n)), an entry of one period.
  std::vector<double> cosines(4 * count);
  for (std::size_t m = 0; m < cosines.size(); ++m) {
    cosines[m] =
        std::cos(std::numbers::pi * static_cast<double>(m) / (2.0 * static_cast<double>(count)));
  }
  std::vector<double> coefficients(count);
  for (std::size_t j = 0; j < count; ++j) {
    for (std::size_t k = 0; k < count; ++k) {
      coefficients[j] += at_nodes[k] * cosines[j * (2 * k + 1) % cosines.size()];
    }
    coefficients[j] *=
        (j == 0 ? 1.0 : 2.0) * (j % 2 == 0 ? 1.0 : -1.0) / static_cast<double>(count);
  }
  return coefficients;
}

std::vector<double> TimeNodes::integrals(std::span<const double> at_nodes) const {
  if (weights_.empty()) {
    throw std::logic_error("TimeNodes::integrals: the nodes are not Chebyshev points");
  }
  auto curve = chebyshev_coefficients(at_nodes);
  curve.resize(curve.size() + 2);
  std::vector<double> integral(curve.size() - 1);
  const double half = 0.5 * times_.back();
  for (std::size_t j = 1; j < integral.size(); ++j) {
    const double below = j == 1 ? 2.0 * curve[0] : curve[j - 1];
    integral[j] = half * (below - curve[j + 1]) / (2.0 * static_cast<double>(j));
    integral[0] += j % 2 == 0 ? -integral[j] : integral[j];
  }
  std::vector<double> values;
  for (const double time : times_) {
    const double x = time / half - 1.0;
    double last = 0.0;
    double before = 0.0;
    for (std::size_t j = integral.size() - 1; j > 0; --j) {  // Clenshaw
      before = std::exchange(last, integral[j] + 2.0 * x * last - before);
    }
    values.push_back(integral[0] + x * last - before);
  }
  return values;
}

std::vector<double> TimeNodes::quadrature() const {
  if (weights_.empty()) {
    return {};
  }
  const std::size_t count = nodes_.size();
  std::vector<double> quadrature(count);
  for (std::size_t k = 0; k < count; ++k) {
    const double angle =
        2.0 * std::numbers::pi * (static_cast<double>(k) + 0.5) / static_cast<double>(count);
    double sum = 0.5;
    for (std::size_t j = 1; 2 * j <= count; ++j) {
      const auto order = static_cast<double>(j);
      sum -= std::cos(order * angle) / (4.0 * order * order - 1.0);
    }
    quadrature[k] = 2.0 * sum * times_.back() / static_cast<double>(count);
  }
  return quadrature;
}

bool TimeNodes::serves(std::span<const double> times, double bandwidth) const {
  return std::ranges::equal(times, times_) && node_count(times, bandwidth) == nodes_.size();
}

}  // namespace rmtheat::dynamics
