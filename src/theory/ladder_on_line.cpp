#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <numbers>
#include <numeric>
#include <utility>

#include "dyson.hpp"
#include "ladder.hpp"
#include "legendre.hpp"
#include "near_axis.hpp"
#include "product_states.hpp"
#include "rmtheat/model/observable/table.hpp"
#include "rmtheat/theory/one_point.hpp"
#include "second_moments.hpp"

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;
using Rule = LegendreRule;

constexpr double growth = 8.0;      ///< e^(2 eta t) grows to e^growth
constexpr double rounding = 1e-15;  ///< of an energy, relative
constexpr double accuracy = 1e-13;  ///< of an interpolation, relative to the largest values

Complex product(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

Complex quotient(Complex a, Complex b) { return product(a, std::conj(b)) / std::norm(b); }

/// -high, ..., -low, then uniform to low, and on to high: by a factor beyond low, where functions
/// of 1 / x are smooth on each piece.
std::vector<double> graded_points(double low, double high, std::size_t uniform) {
  std::vector<double> outer;
  double last = low;
  while (last < high) {
    last *= std::numbers::sqrt2;
    outer.push_back(last);
  }
  std::vector<double> points;
  std::transform(outer.rbegin(), outer.rend(), std::back_inserter(points), std::negate());
  for (std::size_t k = 0; k <= uniform; ++k) {
    points.push_back(low * (2.0 * static_cast<double>(k) / static_cast<double>(uniform) - 1.0));
  }
  points.insert(points.end(), outer.begin(), outer.end());
  return points;
}

/// The averages <g_e(z)> and <E_i g_e(z)> of all measures as functions of x on the line z = x + i
/// eta, polynomials on pieces.
class LineAverages {
 public:
  LineAverages(const TotalEnergy& total, double order_2, double eta, double radius, double reach)
      : order_2_(order_2),
        eta_(eta),
        radius_(radius),
        middle_(0.5 * (total.node.front() + total.node.back())),
        resolvents_(total, measures_of(total)) {
    constexpr std::size_t uniform = 16;
    const auto points = graded_points(radius, reach, uniform);
    const auto note_start = [this](const EnergyMeasure& measure) {
      start_.insert(start_.end(), 1 + measure.energy.size(), start_.size());
    };
    note_start(total.infinite);
    std::ranges::for_each(total.initial, note_start);
    std::ranges::for_each(total.response, note_start);
    largest_.resize(start_.size());
    guess_ = Complex(middle_, eta);
    std::vector<Complex> values;
    evaluate(-radius, radius, values);
    guess_ = Complex(points.front() + middle_, eta);
    for (std::size_t k = 0; k + 1 < points.size(); ++k) {
      add(points[k], points[k + 1]);
    }
    points_.push_back(points.back());
  }

  [[nodiscard]] double eta() const { return eta_; }
  [[nodiscard]] std::size_t count() const { return largest_.size(); }
  /// The ends of the pieces, relative to the middle of the total energies.
  [[nodiscard]] const std::vector<double>& points() const { return points_; }

  /// Overwrites `values` by all averages at x in a piece.
  void at(double x, std::size_t piece, std::vector<Complex>& values) const {
    const double low = points_[piece];
    const double high = points_[piece + 1];
    const auto weights = Rule::instance().interpolating((2.0 * x - low - high) / (high - low));
    const Complex* known = values_.data() + piece * count() * Rule::size;
    for (std::size_t m = 0; m < count(); ++m, known += Rule::size) {
      double real = 0.0;
      double imaginary = 0.0;
      for (std::size_t k = 0; k < Rule::size; ++k) {
        real += weights[k] * known[k].real();
        imaginary += weights[k] * known[k].imag();
      }
      values[m] = {real, imaginary};
    }
  }

 private:
  static std::vector<std::span<const double>> measures_of(const TotalEnergy& total) {
    std::vector<std::span<const double>> measures;
    const auto add = [&measures](const EnergyMeasure& measure) {
      measures.emplace_back(measure.probability);
      measures.insert(measures.end(), measure.energy.begin(), measure.energy.end());
    };
    add(total.infinite);
    std::for_each(total.initial.begin(), total.initial.end(), add);
    std::for_each(total.response.begin(), total.response.end(), add);
    return measures;
  }

  /// By which an average's accuracy is measured: that of its measure, as some averages vanish by
  /// symmetry.
  [[nodiscard]] double scale(std::size_t m) const {
    const double* of_measure = largest_.data() + start_[m];
    const double energy = std::max(of_measure[1], of_measure[2]);
    switch (m - start_[m]) {
      case 0:
        return std::max(of_measure[0], energy / radius_);
      case 1:
      case 2:
        return energy;
      default:
        return std::max({of_measure[3], of_measure[4], of_measure[5]});
    }
  }

  /// Overwrites `values` by those of (average, point) between two ends.
  void evaluate(double low, double high, std::vector<Complex>& values) {
    const auto& rule = Rule::instance();
    values.resize(count() * Rule::size);
    for (std::size_t k = 0; k < Rule::size; ++k) {
      const double x = 0.5 * (low + high) + 0.5 * (high - low) * rule.point[k];
      guess_ = solve_dyson([this](Complex zeta) { return resolvents_.first(zeta); },
                           Complex(x + middle_, eta_), order_2_, guess_);
      const auto averages = resolvents_.all(guess_);
      for (std::size_t m = 0; m < count(); ++m) {
        values[m * Rule::size + k] = averages[m];
        largest_[m] = std::max(largest_[m], std::abs(averages[m]));
      }
    }
  }

  void add(double low, double high) {
    const auto& rule = Rule::instance();
    std::vector<Complex> values;
    evaluate(low, high, values);
    bool resolved = true;
    for (std::size_t m = 0; m < count(); ++m) {
      Rule::Values real{};
      Rule::Values imaginary{};
      for (std::size_t k = 0; k < Rule::size; ++k) {
        const Complex value = values[m * Rule::size + k];
        real[k] = value.real();
        imaginary[k] = value.imag();
      }
      const auto a = rule.coefficients(real);
      const auto b = rule.coefficients(imaginary);
      const double tail = std::max({std::abs(a[Rule::size - 1]), std::abs(a[Rule::size - 2]),
                                    std::abs(b[Rule::size - 1]), std::abs(b[Rule::size - 2])});
      resolved = resolved && tail <= (accuracy + rounding * radius_ / eta_) * scale(m);
    }
    if (resolved || high - low <= 0.5 * eta_ || high <= -radius_ || low >= radius_) {
      points_.push_back(low);
      values_.insert(values_.end(), values.begin(), values.end());
      return;
    }
    const double middle = 0.5 * (low + high);
    guess_ = Complex(low + middle_, eta_);
    add(low, middle);
    add(middle, high);
  }

  double order_2_;
  double eta_;
  double radius_;
  double middle_;
  NearAxis resolvents_;
  Complex guess_;
  std::vector<double> points_;
  std::vector<Complex> values_;  ///< (piece, average, point)
  std::vector<double> largest_;
  std::vector<std::size_t> start_;  ///< of each average the first one of its measure
};

/// Laplace transforms at Omega = z - w of each pair's currents, interaction energy and, with
/// statistics, rates of second moments, then each response: integrals along s = (z + w) / 2, at
/// Omega = omega + 2 i eta.
class Transforms {
 public:
  Transforms(const LineAverages& averages, const Setting& setting)
      : averages_(averages),
        order_2_(setting.strength * setting.strength),
        share_(setting.work_share),
        width_(setting.with_statistics ? 6 : 3),
        pairs_(setting.betas.size()),
        ket_(averages.count()),
        bra_(averages.count()) {}

  /// Of a pair's transforms.
  [[nodiscard]] std::size_t per_pair() const { return width_; }

  [[nodiscard]] std::vector<Complex> at(double omega, double span) {
    const auto& points = averages_.points();
    const double half = 0.5 * omega;
    std::vector<Complex> sums(width_ * pairs_ + responses());
    // Pieces on which z and w each stay in one piece of the averages.
    std::size_t ket = 0;
    std::size_t bra = 0;
    double low = -span;
    while (ket + 2 < points.size() && points[ket + 1] - half <= low) {
      ++ket;
    }
    while (bra + 2 < points.size() && points[bra + 1] + half <= low) {
      ++bra;
    }
    while (low < span) {
      const double ket_end = points[ket + 1] - half;
      const double bra_end = points[bra + 1] + half;
      const double high = std::min({ket_end, bra_end, span});
      add_piece(low, high, omega, ket, bra, sums);
      ket += ket_end <= high && ket + 2 < points.size() ? 1 : 0;
      bra += bra_end <= high && bra + 2 < points.size() ? 1 : 0;
      low = high;
    }
    for (Complex& sum : sums) {
      sum /= 2.0 * std::numbers::pi;
    }
    return sums;
  }

 private:
  [[nodiscard]] std::size_t first_response() const { return width_ * (1 + pairs_); }
  [[nodiscard]] std::size_t responses() const { return (averages_.count() - first_response()) / 3; }

  void add_piece(double low, double high, double omega, std::size_t ket, std::size_t bra,
                 std::vector<Complex>& sums) {
    const auto& rule = Rule::instance();
    const Complex gap(omega, 2.0 * averages_.eta());
    for (std::size_t k = 0; k < Rule::size; ++k) {
      const double s = 0.5 * (low + high) + 0.5 * (high - low) * rule.point[k];
      const double weight = 0.5 * (high - low) * rule.weight[k];
      averages_.at(s + 0.5 * omega, ket, ket_);
      averages_.at(s - 0.5 * omega, bra, bra_);
      const auto difference = [this](std::size_t m) { return ket_[m] - std::conj(bra_[m]); };
      const Complex infinite = difference(0);
      const std::array hot = {difference(1), difference(2)};
      const Complex factor = weight * quotient(Complex(0.0, -order_2_), gap - order_2_ * infinite);
      const auto current = [&](std::size_t measure, std::size_t i) {
        return product(factor, product(difference(measure), hot[i]) -
                                   product(difference(measure + 1 + i), infinite));
      };
      for (std::size_t pair = 0; pair < pairs_; ++pair) {
        const std::size_t measure = width_ * (1 + pair);
        Complex* of_pair = sums.data() + width_ * pair;
        of_pair[0] += current(measure, 0);
        of_pair[1] += current(measure, 1);
        of_pair[2] -= weight * order_2_ *
                      quotient(product(ket_[0] + std::conj(bra_[0]), difference(measure)), gap);
        for (std::size_t q = 3; q < width_; ++q) {
          of_pair[q] += product(factor, second_moment_product((q - 3) / 2, (q - 2) / 2, difference,
                                                              [&](std::size_t m) {
                                                                return difference(measure + m);
                                                              }));
        }
      }
      for (std::size_t r = 0; r < responses(); ++r) {
        const std::size_t measure = first_response() + 3 * r;
        sums[width_ * pairs_ + r] +=
            model::heat_current(share_, current(measure, 0), current(measure, 1));
      }
    }
  }

  const LineAverages& averages_;
  double order_2_;
  double share_;
  std::size_t width_;  ///< averages of each measure but the responses, transforms of each pair
  std::size_t pairs_;
  std::vector<Complex> ket_;
  std::vector<Complex> bra_;
};

/// Real functions of omega >= 0 on pieces, for their sine and cosine transforms.
class Spectra {
 public:
  /// `count` functions of one `evaluate`, on pieces between `points`, bisected below `smooth_from`
  /// down to a length of `least`.
  template <class Evaluate>
  Spectra(const std::vector<double>& points, double least, double smooth_from, std::size_t count,
          Evaluate evaluate)
      : count_(count) {
    std::vector<Piece> open;
    std::vector<double> sizes(count);
    for (std::size_t k = 0; k + 1 < points.size(); ++k) {
      open.push_back(piece(points[k], points[k + 1], evaluate));
      for (std::size_t m = 0; m < count; ++m) {
        sizes[m] += open.back().size[m];
      }
    }
    while (!open.empty()) {
      const Piece next = std::move(open.back());
      open.pop_back();
      bool resolved = next.high - next.low <= least || next.low >= smooth_from;
      if (!resolved) {
        resolved = true;
        for (std::size_t m = 0; m < count; ++m) {
          resolved = resolved && next.tail[m] <= accuracy * sizes[m];
        }
      }
      if (resolved) {
        pieces_.push_back(next);
      } else {
        const double middle = 0.5 * (next.low + next.high);
        open.push_back(piece(next.low, middle, evaluate));
        open.push_back(piece(middle, next.high, evaluate));
      }
    }
  }

  /// integral_0^inf f(omega) e^(i omega t) d omega of each.
  [[nodiscard]] std::vector<Complex> at(double time) const {
    std::vector<Complex> sums(count_);
    for (const auto& piece : pieces_) {
      const double half = 0.5 * (piece.high - piece.low);
      auto transforms = legendre_transforms(half * time);
      const Complex phase = std::polar(half, 0.5 * (piece.high + piece.low) * time);
      for (Complex& transform : transforms) {
        transform = product(transform, phase);
      }
      for (std::size_t m = 0; m < count_; ++m) {
        for (std::size_t n = 0; n < Rule::size; ++n) {
          sums[m] += piece.series[m][n] * transforms[n];
        }
      }
    }
    return sums;
  }

 private:
  struct Piece {
    double low;
    double high;
    std::vector<Rule::Values> series;  ///< of Legendre polynomials
    std::vector<double> size;          ///< integral of |f|
    std::vector<double> tail;          ///< what the last terms make of an integral
  };

  template <class Evaluate>
  Piece piece(double low, double high, Evaluate& evaluate) const {
    const auto& rule = Rule::instance();
    std::vector<Rule::Values> values(count_);
    for (std::size_t k = 0; k < Rule::size; ++k) {
      const auto functions = evaluate(0.5 * (low + high) + 0.5 * (high - low) * rule.point[k]);
      for (std::size_t m = 0; m < count_; ++m) {
        values[m][k] = functions[m];
      }
    }
    Piece result{low, high, {}, {}, {}};
    for (const auto& of_function : values) {
      double size = 0.0;
      for (std::size_t k = 0; k < Rule::size; ++k) {
        size += 0.5 * (high - low) * rule.weight[k] * std::abs(of_function[k]);
      }
      const auto& series = result.series.emplace_back(rule.coefficients(of_function));
      result.size.push_back(size);
      result.tail.push_back((high - low) * std::max(std::abs(series[Rule::size - 1]),
                                                    std::abs(series[Rule::size - 2])));
    }
    return result;
  }

  std::size_t count_;
  std::vector<Piece> pieces_;
};

}  // namespace

double cost_on_line(const Setting& setting, double radius) {
  constexpr double few = 1.5e9;        // operations, at one initial state and few oscillations
  constexpr double of_doubling = 3e8;  // of width times last time
  const auto pairs = static_cast<double>(setting.betas.size());
  return (few + of_doubling * std::log2(1.0 + radius * setting.times.back() / growth)) *
         (1.0 + (setting.with_conductance ? 2.0 : 1.0) * pairs) / 3.0 *
         (setting.with_statistics ? 1.7 : 1.0);
}

std::vector<Ladder> ladder_on_line(const Setting& setting) {
  const double last = setting.times.back();
  const auto [low, high] = total_energy_range(setting, negligible_in_integrals);
  const double radius = 0.5 * (high - low) + 2.0 * std::abs(setting.strength);
  const double eta = std::min(0.5 * growth / last, radius);
  const double farthest_omega = std::ldexp(radius, 20);
  const double farthest = std::ldexp(farthest_omega, 14);
  const auto total = graded_total_energy(setting, 4.0 * eta);
  const LineAverages averages(total, setting.strength * setting.strength, eta, radius, farthest);
  Transforms transforms(averages, setting);

  const std::size_t pairs = setting.betas.size();
  const std::size_t responses = total.response.size();
  const std::size_t per_pair = 3 + transforms.per_pair();
  std::vector<double> points = {0.0, eta};
  while (points.back() < farthest_omega) {
    points.push_back(std::numbers::sqrt2 * points.back());
  }
  const Spectra spectra(points, eta, 2.0 * radius, per_pair * pairs + responses, [&](double omega) {
    const auto values = transforms.at(omega, std::ldexp(radius + omega, 13));
    const Complex frequency(omega, 2.0 * eta);
    std::vector<double> functions;
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      const Complex* of_pair = values.data() + transforms.per_pair() * pair;
      const std::array energies = {quotient(Complex(0.0, 1.0) * of_pair[0], frequency),
                                   quotient(Complex(0.0, 1.0) * of_pair[1], frequency)};
      functions.insert(functions.end(),
                       {of_pair[0].imag(), of_pair[1].imag(), energies[0].real(),
                        energies[1].real(), of_pair[2].real(), energies[0].imag()});
      for (std::size_t k = 3; k < transforms.per_pair(); ++k) {
        functions.push_back(quotient(Complex(0.0, 1.0) * of_pair[k], frequency).real());
      }
    }
    for (std::size_t k = 0; k < responses; ++k) {
      functions.push_back(values[transforms.per_pair() * pairs + k].imag());
    }
    return functions;
  });

  std::vector<Ladder> ladders(pairs);
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    const auto& probability = total.initial[pair].probability;
    ladders[pair].probability_error =
        std::abs(std::accumulate(probability.begin(), probability.end(), -1.0));
  }
  for (const double time : setting.times) {
    const auto values = spectra.at(time);
    // Of a function that vanishes at t = 0 the odd and the even extension to negative times have
    // sine and cosine transforms that agree.
    const double factor = 2.0 / std::numbers::pi * std::exp(2.0 * eta * time);
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      auto& ladder = ladders[pair];
      const Complex* of_pair = values.data() + per_pair * pair;
      for (std::size_t i = 0; i < 2; ++i) {
        ladder.rate[i].push_back(factor * of_pair[i].imag());
        ladder.change[i].push_back(factor * of_pair[2 + i].real());
      }
      ladder.interaction.push_back(factor * of_pair[4].real());
      for (std::size_t k = 6; k < per_pair; ++k) {
        ladder.second_moments[k - 6].push_back(factor * of_pair[k].real());
      }
      const double other = factor * of_pair[5].imag();
      ladder.error = std::max({ladder.error, std::abs(other - ladder.change[0].back()),
                               std::abs(ladder.change[0].back() + ladder.change[1].back() +
                                        ladder.interaction.back())});
      if (setting.with_conductance) {
        ladder.conductance.push_back(factor * values[per_pair * pairs + pair].imag());
      }
    }
  }
  return ladders;
}

}  // namespace rmtheat::theory
