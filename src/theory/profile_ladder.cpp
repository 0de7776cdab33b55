#include "rmtheat/theory/profile_ladder.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "energy_nodes.hpp"
#include "ladder.hpp"
#include "rmtheat/model/observable/evolution.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/theory/contour.hpp"
#include "rmtheat/theory/one_point.hpp"

namespace rmtheat::theory {
namespace {

using Complex = std::complex<double>;

constexpr double growth = 7.0;

/// By its formula: C++'s own operator guards against infinities and takes several times longer.
Complex product(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// Complex columns as pairs of real ones, (rows, 2 columns).
class Columns {
 public:
  Columns(std::size_t rows, std::size_t columns) : matrix_(rows, 2 * columns) {}
  explicit Columns(Matrix matrix) : matrix_(std::move(matrix)) {}

  [[nodiscard]] std::size_t count() const { return matrix_.columns / 2; }
  [[nodiscard]] std::size_t rows() const { return matrix_.rows; }
  [[nodiscard]] Complex get(std::size_t row, std::size_t k) const {
    return {matrix_.column(2 * k)[row], matrix_.column(2 * k + 1)[row]};
  }
  void set(std::size_t row, std::size_t k, Complex value) {
    matrix_.column(2 * k)[row] = value.real();
    matrix_.column(2 * k + 1)[row] = value.imag();
  }
  [[nodiscard]] const Matrix& matrix() const { return matrix_; }

 private:
  Matrix matrix_;
};

/// S applied to columns of x_b / w_b: sum_b g(e_a - e_b) x_b.
Columns applied(const Matrix& factor, const Columns& x) {
  return Columns(theory::product(factor, false, 0, theory::product(factor, true, 0, x.matrix())));
}

/// Functions of node and contour point, conjugate on the lower half plane.
struct Amplitudes {
  Columns value;        ///< g_a(z_j)
  Columns self_energy;  ///< m_a(z_j)
};

/// Solves (1 - lambda^2 M) x = b for symmetric M with a positive definite real part of 1 - lambda^2
/// M, by L D L^T in place of the lower triangle; columns of b are overwritten.
class SymmetricSystem {
 public:
  explicit SymmetricSystem(std::size_t size) : size_(size), data_(size * size) {}
  [[nodiscard]] Complex& operator()(std::size_t row, std::size_t column) {
    return data_[column * size_ + row];
  }

  void factorize() {
    std::vector<Complex> scaled(size_);
    for (std::size_t k = 0; k < size_; ++k) {
      const Complex inverse = 1.0 / data_[k * size_ + k];
      Complex* pivot = data_.data() + k * size_;
      for (std::size_t i = k + 1; i < size_; ++i) {
        scaled[i] = product(pivot[i], inverse);
      }
      for (std::size_t j = k + 1; j < size_; ++j) {
        Complex* column = data_.data() + j * size_;
        const Complex factor = pivot[j];
        for (std::size_t i = j; i < size_; ++i) {
          column[i] -= product(scaled[i], factor);
        }
      }
      std::copy(scaled.begin() + static_cast<std::ptrdiff_t>(k) + 1, scaled.end(), pivot + k + 1);
    }
  }

  void solve(std::vector<Complex>& x) const {
    for (std::size_t k = 0; k < size_; ++k) {
      for (std::size_t i = k + 1; i < size_; ++i) {
        x[i] -= product(data_[k * size_ + i], x[k]);
      }
    }
    for (std::size_t k = size_; k-- > 0;) {
      x[k] /= data_[k * size_ + k];
      for (std::size_t i = k + 1; i < size_; ++i) {
        x[k] -= product(data_[k * size_ + i], x[i]);
      }
    }
  }

 private:
  std::size_t size_;
  std::vector<Complex> data_;
};

/// One curve's kernel on the contour: Hermitian, its lower triangle row by row.
class HermitianKernel {
 public:
  explicit HermitianKernel(std::size_t size) : values_(size * (size + 1) / 2) {}
  [[nodiscard]] Complex& at(std::size_t row, std::size_t column) {
    return values_[row * (row + 1) / 2 + column];
  }
  [[nodiscard]] Complex operator()(std::size_t row, std::size_t column) const {
    return row >= column ? values_[row * (row + 1) / 2 + column]
                         : std::conj(values_[column * (column + 1) / 2 + row]);
  }

 private:
  std::vector<Complex> values_;
};

/// All kernels that follow from one initial state or response.
struct Kernels {
  explicit Kernels(std::size_t size)
      : change{HermitianKernel(size), HermitianKernel(size)},
        probability(size),
        interaction(size) {}
  std::array<HermitianKernel, 2> change;
  HermitianKernel probability;  ///< change of the sum of all probabilities
  HermitianKernel interaction;
};

class ProfileLadder {
 public:
  ProfileLadder(const Setting& setting, bool all_orders)
      : setting_(setting),
        all_orders_(all_orders),
        order_2_(setting.strength * setting.strength),
        total_(profile_nodes(setting, setting.times.back())),
        centred_(total_.node),
        contour_(centre() + (all_orders ? 2.0 * std::abs(setting.strength) : 0.0),
                 setting.times.back(), growth),
        factor_(profile_factor(total_.node, *setting.coupling)),
        amplitudes_(solve_dyson()) {}

  [[nodiscard]] std::vector<Ladder> operator()() const {
    std::vector<const EnergyMeasure*> states;
    for (const auto* measures : {&total_.initial, &total_.response}) {
      for (const auto& measure : *measures) {
        states.push_back(&measure);
      }
    }
    std::vector<Kernels> kernels(states.size(), Kernels(contour_.nodes().size()));
    if (all_orders_) {
      sum_all_orders(states, kernels);
    } else {
      sum_two_orders(states, kernels);
    }
    return ladders_of(kernels);
  }

 private:
  /// Takes energies from the middle of their range; returns the half width of that.
  double centre() {
    const auto [low, high] = std::ranges::minmax(centred_);
    const double middle = 0.5 * (low + high);
    std::ranges::for_each(centred_, [middle](double& energy) { energy -= middle; });
    return std::max({0.5 * (high - low), 1e-3, std::abs(setting_.strength)});
  }

  [[nodiscard]] std::size_t nodes() const { return centred_.size(); }

  /// In the upper half plane; at conjugate points values are conjugate.
  [[nodiscard]] Complex upper(std::size_t j) const {
    const Complex z = contour_.nodes()[j];
    return {z.real(), std::abs(z.imag())};
  }

  /// w_b x_b
  [[nodiscard]] Columns weighted(const Columns& x) const {
    Columns result(x.rows(), x.count());
    for (std::size_t k = 0; k < x.count(); ++k) {
      for (std::size_t b = 0; b < x.rows(); ++b) {
        result.set(b, k, total_.infinite.probability[b] * x.get(b, k));
      }
    }
    return result;
  }

  /// By iteration of Dyson's equation at all points at once, halved steps where that does not
  /// converge soon.
  [[nodiscard]] Amplitudes solve_dyson() const {
    constexpr int most_iterations = 4000;
    constexpr int full_steps = 20;
    constexpr double tolerance = 1e-14;
    const std::size_t size = contour_.nodes().size();
    Columns g(nodes(), size);
    Columns m(nodes(), size);
    for (int iteration = 0; iteration < most_iterations; ++iteration) {
      double change = 0.0;
      for (std::size_t j = 0; j < size; ++j) {
        for (std::size_t a = 0; a < nodes(); ++a) {
          const Complex gap = upper(j) - centred_[a] - (all_orders_ ? order_2_ : 0.0) * m.get(a, j);
          const Complex value = std::conj(gap) / std::norm(gap);
          change = std::max(change, std::abs(value - g.get(a, j)) * std::abs(gap));
          g.set(a, j, value);
        }
      }
      if (iteration > 0 && (change < tolerance || !all_orders_)) {
        for (std::size_t j = 0; j < size; ++j) {
          for (std::size_t a = 0; a < nodes() && contour_.nodes()[j].imag() < 0.0; ++a) {
            g.set(a, j, std::conj(g.get(a, j)));
            m.set(a, j, std::conj(m.get(a, j)));
          }
        }
        return {std::move(g), std::move(m)};
      }
      const auto next = applied(factor_, weighted(g));
      const double step = iteration < full_steps ? 1.0 : 0.5;
      for (std::size_t j = 0; j < size; ++j) {
        for (std::size_t a = 0; a < nodes(); ++a) {
          m.set(a, j, m.get(a, j) + step * (next.get(a, j) - m.get(a, j)));
        }
      }
    }
    throw NumericalError(
        fmt::format("Dyson's equation with a variance profile was not solved within {} iterations.",
                    most_iterations));
  }

  /// g_a(z_j) conj g_a(z_k) for k = 0 .. j.
  [[nodiscard]] Columns pairs(std::size_t j) const {
    Columns result(nodes(), j + 1);
    for (std::size_t k = 0; k <= j; ++k) {
      for (std::size_t a = 0; a < nodes(); ++a) {
        result.set(a, k,
                   product(amplitudes_.value.get(a, j), std::conj(amplitudes_.value.get(a, k))));
      }
    }
    return result;
  }

  /// Adds lambda^2 times sum_a of: alpha_a u_a + p_a v_a for each observable.
  void add_change(Kernels& kernels, const EnergyMeasure& initial, std::size_t j, std::size_t k,
                  std::size_t a, double factor, Complex u, Complex v) const {
    const auto& infinite = total_.infinite;
    for (std::size_t i = 0; i < 2; ++i) {
      kernels.change[i].at(j, k) += factor * (infinite.energy[i][a] * u + initial.energy[i][a] * v);
    }
    kernels.probability.at(j, k) +=
        factor * (infinite.probability[a] * u + initial.probability[a] * v);
  }

  void sum_all_orders(const std::vector<const EnergyMeasure*>& states,
                      std::vector<Kernels>& kernels) const {
    const std::size_t rank = factor_.columns;
    // w_a L_aq L_ar for r <= q, (nodes, q and r).
    Matrix squares(nodes(), rank * (rank + 1) / 2);
    for (std::size_t q = 0; q < rank; ++q) {
      for (std::size_t r = 0; r <= q; ++r) {
        double* column = squares.column(q * (q + 1) / 2 + r);
        for (std::size_t a = 0; a < nodes(); ++a) {
          column[a] = total_.infinite.probability[a] * factor_.column(q)[a] * factor_.column(r)[a];
        }
      }
    }
    SymmetricSystem system(rank);
    std::vector<Complex> solution(rank);
    const auto& z = contour_.nodes();
    const auto& m = amplitudes_.self_energy;
    for (std::size_t j = 0; j < z.size(); ++j) {
      const auto gg = pairs(j);
      const Columns matrices(theory::product(squares, true, 0, gg.matrix()));
      std::vector<Columns> solutions;
      for (const auto* state : states) {
        Columns source(nodes(), j + 1);
        for (std::size_t k = 0; k <= j; ++k) {
          for (std::size_t a = 0; a < nodes(); ++a) {
            source.set(a, k, state->probability[a] * gg.get(a, k));
          }
        }
        solutions.emplace_back(theory::product(factor_, true, 0, source.matrix()));
      }
      for (std::size_t k = 0; k <= j; ++k) {
        for (std::size_t q = 0; q < rank; ++q) {
          for (std::size_t r = 0; r <= q; ++r) {
            system(q, r) = (q == r ? 1.0 : 0.0) - order_2_ * matrices.get(q * (q + 1) / 2 + r, k);
          }
        }
        system.factorize();
        for (auto& columns : solutions) {
          for (std::size_t q = 0; q < rank; ++q) {
            solution[q] = columns.get(q, k);
          }
          system.solve(solution);
          for (std::size_t q = 0; q < rank; ++q) {
            columns.set(q, k, solution[q]);
          }
        }
      }
      for (std::size_t s = 0; s < states.size(); ++s) {
        const Columns x(theory::product(factor_, false, 0, solutions[s].matrix()));
        for (std::size_t k = 0; k <= j; ++k) {
          const Complex inverse = 1.0 / (z[j] - std::conj(z[k]));
          for (std::size_t a = 0; a < nodes(); ++a) {
            const Complex forth = m.get(a, j);
            const Complex back = std::conj(m.get(a, k));
            const Complex u = product(gg.get(a, k), x.get(a, k));
            add_change(kernels[s], *states[s], j, k, a, order_2_, u,
                       product(gg.get(a, k), product(forth - back, inverse)));
            kernels[s].interaction.at(j, k) +=
                order_2_ * product(forth + back, states[s]->probability[a] * gg.get(a, k) +
                                                     order_2_ * total_.infinite.probability[a] * u);
          }
        }
      }
    }
  }

  void sum_two_orders(const std::vector<const EnergyMeasure*>& states,
                      std::vector<Kernels>& kernels) const {
    const double order_4 = order_2_ * order_2_;
    const auto& z = contour_.nodes();
    const auto& g = amplitudes_.value;
    const auto& m = amplitudes_.self_energy;
    const std::size_t size = z.size();
    // g_a m_a, the relative change of g_a, and what it makes of m_a.
    Columns decay(nodes(), size);
    Columns change(nodes(), size);
    for (std::size_t j = 0; j < size; ++j) {
      for (std::size_t a = 0; a < nodes(); ++a) {
        decay.set(a, j, product(g.get(a, j), m.get(a, j)));
        change.set(a, j, product(g.get(a, j), decay.get(a, j)));
      }
    }
    const auto m_1 = applied(factor_, weighted(change));
    for (std::size_t j = 0; j < size; ++j) {
      const auto gg = pairs(j);
      Columns gg_1(nodes(), j + 1);
      for (std::size_t k = 0; k <= j; ++k) {
        for (std::size_t a = 0; a < nodes(); ++a) {
          gg_1.set(a, k, product(gg.get(a, k), decay.get(a, j) + std::conj(decay.get(a, k))));
        }
      }
      for (std::size_t s = 0; s < states.size(); ++s) {
        const auto& p = states[s]->probability;
        const auto& w = total_.infinite.probability;
        Columns source(nodes(), j + 1);
        for (std::size_t k = 0; k <= j; ++k) {
          for (std::size_t a = 0; a < nodes(); ++a) {
            source.set(a, k, p[a] * gg.get(a, k));
          }
        }
        const auto x = applied(factor_, source);
        for (std::size_t k = 0; k <= j; ++k) {
          for (std::size_t a = 0; a < nodes(); ++a) {
            source.set(a, k, p[a] * gg_1.get(a, k) + w[a] * product(gg.get(a, k), x.get(a, k)));
          }
        }
        const auto x_1 = applied(factor_, source);
        for (std::size_t k = 0; k <= j; ++k) {
          const Complex inverse = 1.0 / (z[j] - std::conj(z[k]));
          for (std::size_t a = 0; a < nodes(); ++a) {
            const Complex both = gg.get(a, k);
            const Complex both_1 = gg_1.get(a, k);
            const Complex gap = product(m.get(a, j) - std::conj(m.get(a, k)), inverse);
            const Complex gap_1 = product(m_1.get(a, j) - std::conj(m_1.get(a, k)), inverse);
            add_change(kernels[s], *states[s], j, k, a, order_2_, product(both, x.get(a, k)),
                       product(both, gap));
            add_change(kernels[s], *states[s], j, k, a, order_4,
                       product(both_1, x.get(a, k)) + product(both, x_1.get(a, k)),
                       product(both_1, gap) + product(both, gap_1));
            kernels[s].interaction.at(j, k) +=
                product(m.get(a, j) + std::conj(m.get(a, k)),
                        order_2_ * p[a] * both + order_4 * source.get(a, k)) +
                order_4 * p[a] * product(m_1.get(a, j) + std::conj(m_1.get(a, k)), both);
          }
        }
      }
    }
  }

  [[nodiscard]] std::vector<Ladder> ladders_of(const std::vector<Kernels>& kernels) const {
    const auto at_times = contour_.at(setting_.times);
    const std::size_t pairs = setting_.betas.size();
    std::vector<Ladder> ladders(pairs);
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      auto& ladder = ladders[pair];
      for (std::size_t i = 0; i < 2; ++i) {
        auto [value, rate] = at_times(kernels[pair].change[i]);
        ladder.change[i] = std::move(value);
        ladder.rate[i] = std::move(rate);
      }
      ladder.interaction = at_times(kernels[pair].interaction).value;
      const std::vector<double> nothing(setting_.times.size());
      ladder.probability_error =
          largest_difference(at_times(kernels[pair].probability).value, nothing);
      auto imbalance = ladder.interaction;
      for (std::size_t k = 0; k < imbalance.size(); ++k) {
        imbalance[k] += ladder.change[0][k] + ladder.change[1][k];
      }
      ladder.error = largest_difference(imbalance, nothing);
      if (setting_.with_conductance) {
        const auto& response = kernels[pairs + pair].change;
        ladder.conductance = model::heat_current(
            setting_.work_share, {at_times(response[0]).rate, at_times(response[1]).rate});
      }
    }
    return ladders;
  }

  const Setting& setting_;
  bool all_orders_;
  double order_2_;
  TotalEnergy total_;
  std::vector<double> centred_;
  Contour contour_;
  Matrix factor_;
  Amplitudes amplitudes_;
};

Plan cost(const Setting& setting, bool all_orders) {
  constexpr double matrix_product = 1.0 / 6.0;  // of its operations, in terms of others
  const double last = setting.times.back();
  const auto nodes = static_cast<double>(profile_node_count(setting, last));
  const auto [low, high] = total_energy_range(setting, 1e-12);
  const double half_width = 0.5 * (high - low);
  const double rank = std::min(nodes, 1.0 + profile_time(setting) * (high - low) / 3.0);
  const double size = Contour::node_count(
      half_width + (all_orders ? 2.0 * std::abs(setting.strength) : 0.0), last, growth);
  const double states =
      (setting.with_conductance ? 2.0 : 1.0) * static_cast<double>(setting.betas.size());
  const double of_pair =
      all_orders ? 2.0 * rank * rank * nodes * matrix_product + 3.0 * rank * rank * rank +
                       states * (8.0 * rank * nodes * matrix_product + 16.0 * rank * rank)
                 : states * 16.0 * rank * nodes * matrix_product;
  const double of_curves = 8.0 * static_cast<double>(setting.times.size()) * matrix_product * 5.0;
  const double reduction =
      nodes * nodes * 4.0 *
      (is_continuum(setting) ? 1e3 : static_cast<double>(total_energy(setting, 0.0).node.size()));
  return {0.5 * size * size * (of_pair + states * (250.0 * nodes + 2.0 * of_curves)) + reduction,
          size * size * 8.0 * 4.0 * states + 8.0 * nodes * rank * rank + 64.0 * nodes * size, ""};
}

Prediction ladder_prediction(const Setting& setting, bool all_orders) {
  require_valid(setting);
  return prediction_of(ProfileLadder(setting, all_orders)(), setting);
}

}  // namespace

Prediction resummed_with_profile(const Setting& setting) {
  return ladder_prediction(setting, true);
}

Plan resummed_with_profile_cost(const Setting& setting) { return cost(setting, true); }

Prediction expansion_with_profile(const Setting& setting) {
  return ladder_prediction(setting, false);
}

Plan expansion_with_profile_cost(const Setting& setting) { return cost(setting, false); }

}  // namespace rmtheat::theory
