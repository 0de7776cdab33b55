#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <numbers>
#include <numeric>
#include <utility>

#include "ladder.hpp"
#include "legendre.hpp"
#include "line_averages.hpp"
#include "product_states.hpp"
#include "rmtheat/model/observable/table.hpp"
#include "rmtheat/theory/one_point.hpp"
#include "second_moments.hpp"

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;
using Rule = LegendreRule;

constexpr double rounding = 1e-15;  ///< of an energy, relative
constexpr double growth = 8.0;      ///< e^(2 eta t) grows to e^growth
constexpr double accuracy = 1e-13;  ///< of a transform, relative to the largest values

Complex product(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

Complex quotient(Complex a, Complex b) { return product(a, std::conj(b)) / std::norm(b); }

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
        pairs_(setting.betas.size()) {}

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
    averages_.between(low + 0.5 * omega, high + 0.5 * omega, ket, ket_);
    averages_.between(low - 0.5 * omega, high - 0.5 * omega, bra, bra_);
    for (std::size_t k = 0; k < Rule::size; ++k) {
      const double weight = 0.5 * (high - low) * rule.weight[k];
      const Complex* of_ket = ket_.data() + k * averages_.stride();
      const Complex* of_bra = bra_.data() + k * averages_.stride();
      const auto difference = [&](std::size_t m) { return of_ket[m] - std::conj(of_bra[m]); };
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
                      quotient(product(of_ket[0] + std::conj(of_bra[0]), difference(measure)), gap);
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
  std::vector<Complex> ket_;  ///< (point, average) of the piece at hand
  std::vector<Complex> bra_;
};

/// Real functions of omega >= 0 on pieces, for their sine and cosine transforms.
class Spectra {
 public:
  /// `count` functions of one `evaluate`, known but for a share `noise`, on pieces between
  /// `points`, bisected below `smooth_from` down to a length of `least`.
  template <class Evaluate>
  Spectra(const std::vector<double>& points, double least, double smooth_from, double noise,
          std::size_t count, Evaluate evaluate)
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
          resolved = resolved && next.tail[m] <= accuracy * sizes[m] + noise * next.size[m];
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
  const Spectra spectra(
      points, eta, 2.0 * radius, rounding * radius / eta, per_pair * pairs + responses,
      [&](double omega) {
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
