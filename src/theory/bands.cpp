#include "rmtheat/theory/bands.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <boost/math/special_functions/bessel.hpp>
#include <fmt/format.h>

#include "rmtheat/support/error.hpp"

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;

/// Sums over levels that are seen from one of them.
class Resolvent {
 public:
  Resolvent(std::span<const double> levels, std::span<const double> weights, double origin)
      : weights_(weights) {
    for (const double level : levels) {
      levels_.push_back(level - origin);
    }
  }

  /// sum_k w_k / (zeta - e_k)^power.
  [[nodiscard]] double sum(double zeta, int power) const {
    double result = 0.0;
    for (std::size_t k = 0; k < levels_.size(); ++k) {
      const double inverse = 1.0 / (zeta - levels_[k]);
      double term = weights_[k];
      for (int factor = 0; factor < power; ++factor) {
        term *= inverse;
      }
      result += term;
    }
    return result;
  }

  struct ValueAndSlope {
    Complex value;
    Complex slope;
  };
  [[nodiscard]] ValueAndSlope operator()(Complex zeta) const {
    ValueAndSlope m{0.0, 0.0};
    for (std::size_t k = 0; k < levels_.size(); ++k) {
      const Complex gap = zeta - levels_[k];
      const Complex resolvent = std::conj(gap) / std::norm(gap);
      m.value += weights_[k] * resolvent;
      m.slope -= weights_[k] * (resolvent * resolvent);
    }
    return m;
  }

 private:
  std::vector<double> levels_;
  std::span<const double> weights_;
};

/// Where `positive` changes between `inside` (true) and `outside` (false), to the last bit.
template <class Predicate>
double boundary(double inside, double outside, Predicate positive) {
  while (true) {
    const double middle = 0.5 * (inside + outside);
    if (middle == inside || middle == outside) {
      return middle;
    }
    (positive(middle) ? inside : outside) = middle;
  }
}

}  // namespace

std::vector<Band> bands_of(std::span<const double> levels, std::span<const double> weights,
                           double order_2) {
  // dz/dzeta = 1 - lambda^2 sum w / (zeta - e)^2 is positive outside of the bands alone; the sum is
  // convex between two levels.
  struct Edge {
    double zeta;  ///< relative to the level
    double energy;
  };
  const auto edge_of = [&](std::size_t level, double far) {
    const Resolvent resolvent(levels, weights, levels[level]);
    const double zeta = boundary(
        0.0, far, [&](double at) { return at == 0.0 || order_2 * resolvent.sum(at, 2) > 1.0; });
    return Edge{zeta, zeta + order_2 * resolvent.sum(zeta, 1)};
  };
  const double reach = 1.01 * std::sqrt(order_2);
  std::vector<Band> bands;
  std::size_t first = 0;
  Edge low = edge_of(0, -reach);
  for (std::size_t k = 0; k < levels.size(); ++k) {
    double gap_end = reach;  // the point of the gap with the largest slope, seen from level k
    Edge next_low{};
    if (k + 1 < levels.size()) {
      const double gap = levels[k + 1] - levels[k];
      const Resolvent resolvent(levels, weights, levels[k]);
      gap_end = boundary(0.0, gap, [&](double at) {
        return at == 0.0 || (at < gap && resolvent.sum(at, 3) > 0.0);
      });
      if (!(gap_end > 0.0 && gap_end < gap) || order_2 * resolvent.sum(gap_end, 2) >= 1.0) {
        continue;
      }
      next_low = edge_of(k + 1, gap_end - gap);
    }
    const Edge high = edge_of(k, gap_end);
    const double extent = levels[k] - levels[first];
    bands.push_back({levels[first], low.energy, extent + high.energy, low.zeta});
    first = k + 1;
    low = next_low;
  }
  return bands;
}

std::vector<Complex> zeta_in_band(const Band& band, std::span<const double> levels,
                                  std::span<const double> weights, double order_2,
                                  std::size_t count) {
  const Resolvent resolvent(levels, weights, band.origin);
  const double half_width = band.half_width();
  const double scale = std::max(std::abs(band.low), std::abs(band.high));
  const auto energy = [&](double theta) { return band.centre() - half_width * std::cos(theta); };
  /// Newton's iteration to the solution in the upper half plane; 0 where it does not come there.
  const auto solve = [&](double theta, Complex zeta) -> Complex {
    constexpr int most_iterations = 60;
    const double x = energy(theta);
    for (int iteration = 0; iteration < most_iterations; ++iteration) {
      const auto m = resolvent(zeta);
      const Complex excess = zeta + order_2 * m.value - x;
      Complex step = excess / (1.0 + order_2 * m.slope);
      const bool whole = step.imag() <= 0.75 * zeta.imag();
      if (!whole) {
        step *= 0.75 * zeta.imag() / step.imag();
      }
      zeta -= step;
      // Near an edge zeta is known as the square root of what rounding leaves of the energy.
      if (whole &&
          (std::abs(step) <= 2e-15 * std::abs(zeta) || std::abs(excess) <= 1e-15 * scale)) {
        return zeta;
      }
    }
    return 0.0;
  };
  // Angle by angle, in as small steps as Newton's iteration needs; from the edge, where zeta goes
  // as the square root of the distance, that is as theta.
  const double curvature = 2.0 * order_2 * std::abs(resolvent.sum(band.low_zeta, 3));
  const double rise = std::sqrt(half_width / curvature);
  constexpr double least_step = 1e-7;
  double at = 0.0;
  double before_at = 0.0;
  Complex zeta = band.low_zeta;
  Complex before = zeta;
  std::vector<Complex> result;
  result.reserve(count);
  double step = std::numbers::pi / static_cast<double>(count);
  for (std::size_t j = 0; j < count; ++j) {
    const double theta =
        std::numbers::pi * (static_cast<double>(j) + 0.5) / static_cast<double>(count);
    while (at < theta) {
      const double next = at + step < theta ? at + step : theta;
      Complex guess = zeta;
      if (at == 0.0) {
        guess += Complex(0.0, rise * next);
      } else if (before_at > 0.0) {
        guess += (zeta - before) * ((next - at) / (at - before_at));
      }
      guess.imag(std::max(guess.imag(), 0.25 * zeta.imag()));
      const Complex solution = solve(next, guess);
      if (solution.imag() > 0.0) {
        before = zeta;
        before_at = at;
        zeta = solution;
        at = next;
        step *= 1.5;
        continue;
      }
      step = 0.5 * std::min(step, next - at);
      if (step < least_step / static_cast<double>(count)) {
        throw NumericalError(
            fmt::format("Dyson's equation was not solved in the band of energies from {} to {}.",
                        band.origin + band.low, band.origin + band.high));
      }
    }
    result.push_back(zeta);
  }
  return result;
}

std::vector<double> bessel_functions(std::size_t count, double x) {
  std::vector<double> result(std::max<std::size_t>(count, 2));
  if (x >= static_cast<double>(count)) {
    // Stable upward as long as the order is below x.
    result[0] = boost::math::cyl_bessel_j(0, x);
    result[1] = boost::math::cyl_bessel_j(1, x);
    for (std::size_t k = 2; k < count; ++k) {
      result[k] = 2.0 * static_cast<double>(k - 1) / x * result[k - 1] - result[k - 2];
    }
  } else if (x == 0.0) {
    result[0] = 1.0;
  } else {
    // Miller's recurrence, downward, normalized by J_0 + 2 (J_2 + J_4 + ...) = 1.
    constexpr double large = 1e200;
    const std::size_t start = (count + 40 + static_cast<std::size_t>(8.0 * std::cbrt(x))) / 2 * 2;
    double above = 0.0;
    double value = 1e-250;
    double norm = 0.0;
    for (std::size_t k = start; k-- > 0;) {
      const double below = 2.0 * static_cast<double>(k + 1) / x * value - above;
      above = value;
      value = below;
      if (k < count) {
        result[k] = value;
      }
      if (k % 2 == 0) {
        norm += k == 0 ? value : 2.0 * value;
      }
      if (std::abs(value) > large) {
        above /= large;
        value /= large;
        norm /= large;
        for (std::size_t i = k; i < count; ++i) {
          result[i] /= large;
        }
      }
    }
    for (double& j : result) {
      j /= norm;
    }
  }
  result.resize(count);
  return result;
}

std::vector<Complex> BandWeights::operator()(double tau) {
  const std::size_t count = count_;
  const auto size = static_cast<double>(count);
  std::vector<Complex> result(count);
  if (tau + 12.0 * std::cbrt(tau) + 20.0 < size) {
    for (std::size_t j = 0; j < count; ++j) {
      const double theta = std::numbers::pi * (static_cast<double>(j) + 0.5) / size;
      result[j] = std::polar(std::numbers::pi / size, tau * std::cos(theta));
    }
    return result;
  }
  // The Fourier coefficients of e^(i tau cos theta) are i^m J_m(tau). Real parts, of even orders,
  // are alike at theta and pi - theta, imaginary parts, of odd orders, opposite.
  auto coefficients = bessel_functions(count, tau);
  coefficients[0] *= 0.5;
  for (std::size_t m = 0; m < count; ++m) {
    coefficients[m] *= m % 4 < 2 ? 1.0 : -1.0;
  }
  if (!sums_) {
    sums_.emplace(count);
  }
  const auto sums = (*sums_)(coefficients);
  for (std::size_t j = 0; j < count; ++j) {
    const double mirrored = sums[count - 1 - j];
    result[j] = std::numbers::pi / size * Complex(sums[j] + mirrored, sums[j] - mirrored);
  }
  return result;
}

}  // namespace rmtheat::theory
