#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include <boost/math/quadrature/gauss.hpp>

#include "product_states.hpp"
#include "rmtheat/model/density/density.hpp"
#include "rmtheat/support/double_exponential.hpp"

namespace rmtheat::theory {
namespace {

using model::DensityOfStates;

/// The length over which a density of this deviation, which lies between low and high, does not
/// change much around an energy, nor begins.
double scale_near(double energy, double low, double high, double deviation) {
  return std::max({deviation, low - energy, energy - high});
}

/// A continuum density as quadrature needs it: thermal densities, each with where it lies and how
/// fast it changes.
class Continuum {
 public:
  Continuum(const Setting& setting, std::size_t system)
      : density_(*setting.systems[system]->continuum()), pairs_(setting.betas.size()) {
    add(0.0);
    for (const double beta : thermal_betas(setting, system)) {
      add(beta);
    }
  }

  struct Profile {
    double beta;
    std::function<double(double)> pdf;
    double low;
    double high;
    double deviation;
  };
  /// At infinite temperature, of each pair, of each pair's mean.
  [[nodiscard]] const std::vector<Profile>& profiles() const { return profiles_; }
  [[nodiscard]] double low() const { return low_; }
  [[nodiscard]] double high() const { return high_; }
  /// Those ends at which the density is not smooth.
  [[nodiscard]] std::vector<double> edges() const {
    std::vector<double> result;
    const auto [low, high] = density_.support();
    for (const double end : {low, high}) {
      if (std::isfinite(end) && end >= low_ && end <= high_) {
        result.push_back(end);
      }
    }
    return result;
  }
  [[nodiscard]] bool is_edge(double energy) const {
    return std::ranges::count(edges(), energy) > 0;
  }
  /// The length over which no thermal density changes much around an energy.
  [[nodiscard]] double scale(double energy) const {
    double scale = high_ - low_;
    for (const auto& profile : profiles_) {
      scale = std::min(scale, scale_near(energy, profile.low, profile.high, profile.deviation));
    }
    return scale;
  }

  /// The state at an energy, whose probabilities are written to `thermal`.
  [[nodiscard]] State state(double energy, std::vector<double>& thermal) const {
    thermal.resize(2 * pairs_);
    for (std::size_t k = 0; k < thermal.size(); ++k) {
      const auto& profile = profiles_[k + 1];
      const std::size_t same = same_[k + 1];
      thermal[k] = same < k + 1 && same > 0 ? thermal[same - 1] : profile.pdf(energy);
    }
    return {energy, profiles_[0].pdf(energy), std::span(thermal).first(pairs_),
            std::span(thermal).last(pairs_)};
  }

 private:
  void add(double beta) {
    const auto [low, high] = density_.energy_range(beta, negligible_in_integrals);
    low_ = profiles_.empty() ? low : std::min(low_, low);
    high_ = profiles_.empty() ? high : std::max(high_, high);
    const auto equal = std::find_if(profiles_.begin(), profiles_.end(),
                                    [beta](const Profile& p) { return p.beta == beta; });
    same_.push_back(static_cast<std::size_t>(equal - profiles_.begin()));
    profiles_.push_back(
        {beta, density_.thermal_pdf(beta), low, high, density_.thermal_deviation(beta)});
  }

  const DensityOfStates& density_;
  std::size_t pairs_;
  std::vector<Profile> profiles_;
  std::vector<std::size_t> same_;  ///< the first profile of the same temperature
  double low_ = 0.0;
  double high_ = 0.0;
};

/// Points from low to high, no further apart than `step` allows at each, the `fixed` ones among
/// them.
template <class Step>
std::vector<double> subdivision(double low, double high, std::vector<double> fixed, Step step) {
  fixed.push_back(high);
  std::sort(fixed.begin(), fixed.end());
  std::vector<double> points = {low};
  for (const double end : fixed) {
    if (!(end > points.back()) || end > high) {
      continue;
    }
    while (true) {
      const double rest = end - points.back();
      const double length = step(points.back());
      if (rest <= length) {
        points.push_back(end);
        break;
      }
      // The last piece is not to be a sliver: at an edge its rule covers where the density is
      // singular.
      points.push_back(points.back() + (rest < 2.0 * length ? 0.5 * rest : length));
    }
  }
  return points;
}

struct Point {
  double from_left;   ///< distance from the low end of all pieces
  double from_right;  ///< and from the high end
  double weight;
};

/// A quadrature rule over pieces: Gauss's, and a double-exponential one in pieces at singular ends.
void add_piece(std::vector<Point>& rule, double left, double right, double rest, bool singular) {
  constexpr double edge_resolution = 110.0;
  static const auto edge_rule = double_exponential_rule(0.0, edge_resolution);
  using Gauss = boost::math::quadrature::gauss<double, TotalEnergy::nodes_per_piece>;
  const double length = right - left;
  if (singular) {
    for (const auto& node : edge_rule) {
      rule.push_back(
          {left + length * node.from_left, rest + length * node.from_right, length * node.weight});
    }
    return;
  }
  for (std::size_t k = 0; k < Gauss::abscissa().size(); ++k) {
    for (const double side : {-1.0, 1.0}) {
      const double u = 0.5 * (1.0 + side * Gauss::abscissa()[k]);
      rule.push_back(
          {left + length * u, rest + length * (1.0 - u), 0.5 * length * Gauss::weights()[k]});
    }
  }
}

/// `points` ascend from 0.
std::vector<Point> rule_over(const std::vector<double>& points, bool low_singular,
                             bool high_singular) {
  std::vector<Point> rule;
  const std::size_t pieces = points.size() - 1;
  for (std::size_t k = 0; k < pieces; ++k) {
    const double rest = points.back() - points[k + 1];
    // Fixed points leave slivers at an edge, whose neighbours see what is singular there as well.
    const double close = 0.5 * (points[k + 1] - points[k]);
    add_piece(rule, points[k], points[k + 1], rest,
              (points[k] < close && low_singular) || (rest < close && high_singular));
  }
  return rule;
}

/// Pieces of one Gauss rule hold no more than this phase.
constexpr double most_phase = 8.0;

/// The density of the total energy and its quadrature.
class Convolution {
 public:
  Convolution(const Setting& setting, double time, double finest)
      : first_(setting, 0), second_(setting, 1), time_(time), finest_(finest), kinks_(kinks()) {}

  /// The ends and, between them, the sums of bounded supports' ends.
  [[nodiscard]] std::vector<double> kinks() const {
    std::vector<double> result;
    for (const double edge_1 : first_.edges()) {
      for (const double edge_2 : second_.edges()) {
        result.push_back(edge_1 + edge_2);
      }
    }
    return result;
  }

  [[nodiscard]] double low() const { return first_.low() + second_.low(); }
  [[nodiscard]] double high() const { return first_.high() + second_.high(); }

  /// How far apart the points of a subdivision may be at a total energy.
  [[nodiscard]] double scale(double energy) const {
    double scale = high() - low();
    for (std::size_t k = 0; k < first_.profiles().size(); ++k) {
      const auto& p = first_.profiles()[k];
      const auto& q = second_.profiles()[k];
      const auto limit = [&](double low, double high, double deviation) {
        scale = std::min(scale, scale_near(energy, low, high, deviation));
      };
      limit(p.low + q.low, p.high + q.high, std::hypot(p.deviation, q.deviation));
      // An edge of one density, smoothed by the other.
      for (const double edge : first_.edges()) {
        limit(edge + q.low, edge + q.high, q.deviation);
      }
      for (const double edge : second_.edges()) {
        limit(edge + p.low, edge + p.high, p.deviation);
      }
    }
    for (const double kink : kinks_) {
      if (finest_ > 0.0) {
        scale = std::min(scale, std::max(finest_, 0.5 * std::abs(energy - kink)));
      }
    }
    return time_ > 0.0 ? std::min(scale, most_phase / time_) : scale;
  }

  /// Adds to the open node all pairs of energies with the sum `energy`, times `width`.
  void add_shell(Accumulator& accumulator, double energy, double width) {
    const double low = std::max(first_.low(), energy - second_.high());
    const double high = std::min(first_.high(), energy - second_.low());
    const double length = high - low;
    if (length <= 0.0) {
      return;
    }
    const auto points = subdivision(0.0, length, {}, [&](double from_low) {
      return std::min(first_.scale(low + from_low), second_.scale(energy - low - from_low));
    });
    const auto singular = [&](double first_end, double second_end, double end) {
      return end == first_end ? first_.is_edge(first_end) : second_.is_edge(second_end);
    };
    for (const auto& point : rule_over(points, singular(first_.low(), second_.high(), low),
                                       singular(first_.high(), second_.low(), high))) {
      const bool left = point.from_left < point.from_right;
      const double e1 = left ? low + point.from_left : high - point.from_right;
      const double e2 =
          left ? (energy - low) - point.from_left : (energy - high) + point.from_right;
      accumulator.add(first_.state(e1, thermal_[0]), second_.state(e2, thermal_[1]),
                      width * point.weight);
    }
  }

 private:
  Continuum first_;
  Continuum second_;
  double time_;
  double finest_;
  std::vector<double> kinks_;
  std::array<std::vector<double>, 2> thermal_;
};

/// Drops the outermost nodes, where every density is negligible.
void trim(TotalEnergy& total) {
  constexpr double least_density = 1e-14;
  const std::size_t size = total.node.size();
  std::size_t first = size;
  std::size_t last = 0;
  total.for_each_measure([&](const EnergyMeasure& measure) {
    std::vector<double> density(size);
    std::ranges::transform(measure.probability, total.width, density.begin(),
                           [](double p, double width) { return std::abs(p) / width; });
    const double least = least_density * *std::ranges::max_element(density);
    for (std::size_t k = 0; k < size; ++k) {
      if (density[k] > least) {
        first = std::min(first, k);
        last = std::max(last, k);
      }
    }
  });
  const auto cut = [&](std::vector<double>& series) {
    series = {series.begin() + static_cast<std::ptrdiff_t>(first),
              series.begin() + static_cast<std::ptrdiff_t>(last) + 1};
  };
  cut(total.node);
  cut(total.width);
  std::erase_if(total.pieces, [&](const TotalEnergy::Piece& piece) {
    return piece.first < first || piece.first + TotalEnergy::nodes_per_piece > last + 1;
  });
  for (auto& piece : total.pieces) {
    piece.first -= first;
  }
  total.for_each_measure([&](EnergyMeasure& measure) { measure.for_each_series(cut); });
}

}  // namespace

SystemStates continuum_states(const Setting& setting, std::size_t system, double time,
                              std::vector<double> breaks) {
  const Continuum continuum(setting, system);
  const double low = continuum.low();
  const double high = continuum.high();
  const auto longest = time > 0.0 ? most_phase / time : high - low;
  std::ranges::for_each(breaks, [low](double& energy) { energy -= low; });
  const auto points = subdivision(0.0, high - low, std::move(breaks), [&](double from_low) {
    return std::min(longest, continuum.scale(low + from_low));
  });
  SystemStates states{{}, {}, std::vector<std::vector<double>>(setting.betas.size())};
  std::vector<double> thermal;
  for (const auto& point : rule_over(points, continuum.is_edge(low), continuum.is_edge(high))) {
    const double energy =
        point.from_left < point.from_right ? low + point.from_left : high - point.from_right;
    const auto state = continuum.state(energy, thermal);
    states.energy.push_back(energy);
    states.infinite.push_back(point.weight * state.infinite);
    for (std::size_t pair = 0; pair < states.initial.size(); ++pair) {
      states.initial[pair].push_back(point.weight * state.own[pair]);
    }
  }
  return states;
}

TotalEnergy convolved_densities(const Setting& setting, double time, double finest) {
  Convolution convolution(setting, time, finest);
  Accumulator accumulator(setting);
  const auto kinks = convolution.kinks();
  const auto points = subdivision(convolution.low(), convolution.high(), kinks,
                                  [&](double energy) { return convolution.scale(energy); });
  std::vector<Point> rule;
  std::vector<TotalEnergy::Piece> pieces;
  const auto is_kink = [&](double point) { return std::ranges::count(kinks, point) > 0; };
  for (std::size_t k = 0; k + 1 < points.size(); ++k) {
    const bool singular = is_kink(points[k]) || is_kink(points[k + 1]);
    if (!singular) {
      pieces.push_back({rule.size(), points[k], points[k + 1]});
    }
    add_piece(rule, points[k] - points.front(), points[k + 1] - points.front(),
              points.back() - points[k + 1], singular);
  }
  std::ranges::sort(rule, {}, &Point::from_left);
  for (const auto& point : rule) {
    const double energy = point.from_left < point.from_right ? points.front() + point.from_left
                                                             : points.back() - point.from_right;
    accumulator.open_node(energy, point.weight);
    convolution.add_shell(accumulator, energy, point.weight);
  }
  auto total = std::move(accumulator).take();
  total.pieces = std::move(pieces);
  trim(total);
  return total;
}

}  // namespace rmtheat::theory
