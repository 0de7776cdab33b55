#include "rmtheat/theory/profile_ladder.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "energy_nodes.hpp"
#include "ladder.hpp"
#include "profile_kernels.hpp"
#include "rmtheat/model/observable/evolution.hpp"
#include "rmtheat/support/error.hpp"
#include "rmtheat/theory/contour.hpp"
#include "rmtheat/theory/one_point.hpp"
#include "second_moments.hpp"
#include "symmetric_system.hpp"

namespace rmtheat::theory {
namespace {

constexpr double growth = 7.0;

/// S applied to columns of x_b / w_b: sum_b g(e_a - e_b) x_b.
Columns applied(const Matrix& factor, const Columns& x) {
  return Columns(product(factor, false, 0, product(factor, true, 0, x.matrix())));
}

/// Functions of node and contour point, conjugate on the lower half plane.
struct Amplitudes {
  Columns value;        ///< g_a(z_j)
  Columns self_energy;  ///< m_a(z_j)
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
        factor_(profile_factor(total_, *setting.coupling)),
        amplitudes_(solve_dyson()) {}

  [[nodiscard]] std::vector<Ladder> operator()() const {
    std::vector<EnergyMeasure> weighted;  // with E_1 and E_2 of each initial state in turn
    for (std::size_t k = 0; k < 2 * total_.initial.size() && setting_.with_statistics; ++k) {
      weighted.push_back(weighted_with_energy(total_.initial[k / 2], k % 2));
    }
    std::vector<const EnergyMeasure*> states;
    std::vector<Kernels> kernels;
    for (const auto* measures : {&total_.initial, &total_.response, &std::as_const(weighted)}) {
      for (const auto& measure : *measures) {
        states.push_back(&measure);
        kernels.emplace_back(contour_.nodes().size(), measure.energy.size());
      }
    }
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
      const auto next = applied(factor_, scaled(total_.infinite.probability, g));
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

  /// Elements (j, first) .. (j, first + count - 1) of the kernels.
  struct Block {
    std::size_t j;
    std::size_t first;
    std::size_t count;
  };

  /// Calls `sum` for blocks that make up the lower triangle.
  template <class Sum>
  void for_each_block(Sum sum) const {
    constexpr std::size_t most = 32;
    for (std::size_t j = 0; j < contour_.nodes().size(); ++j) {
      for (std::size_t first = 0; first <= j; first += most) {
        sum(Block{j, first, std::min(most, j + 1 - first)});
      }
    }
  }

  /// g_a(z_j) conj g_a(z_k) for the k of a block.
  [[nodiscard]] Columns pairs(const Block& block) const {
    Columns result(nodes(), block.count);
    for (std::size_t k = 0; k < block.count; ++k) {
      for (std::size_t a = 0; a < nodes(); ++a) {
        result.set(a, k,
                   product(amplitudes_.value.get(a, block.j),
                           std::conj(amplitudes_.value.get(a, block.first + k))));
      }
    }
    return result;
  }

  /// The columns times the weights.
  [[nodiscard]] Columns scaled(const std::vector<double>& weights, const Columns& x) const {
    Columns result(x.rows(), x.count());
    for (std::size_t k = 0; k < x.count(); ++k) {
      for (std::size_t a = 0; a < x.rows(); ++a) {
        result.set(a, k, weights[a] * x.get(a, k));
      }
    }
    return result;
  }

  /// One element of every kernel of a state, while it is summed over nodes.
  struct Sums {
    explicit Sums(std::size_t observables) : change(observables) {}
    std::vector<Complex> change;
    Complex probability;
    Complex interaction;

    /// factor (O_b u + O_a p_a v) for each observable O.
    void add(const EnergyMeasure& infinite, const EnergyMeasure& initial, std::size_t a, Complex u,
             Complex v) {
      for (std::size_t i = 0; i < change.size(); ++i) {
        change[i] += infinite.energy[i][a] * u + initial.energy[i][a] * v;
      }
      probability += infinite.probability[a] * u + initial.probability[a] * v;
    }
    void store(Kernels& kernels, std::size_t j, std::size_t k) const {
      for (std::size_t i = 0; i < change.size(); ++i) {
        kernels.change[i].at(j, k) = change[i];
      }
      kernels.probability.at(j, k) = probability;
      kernels.interaction.at(j, k) = interaction;
    }
  };

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
    std::vector<double> real(rank);
    std::vector<double> imag(rank);
    for_each_block([&](const Block& block) {
      const auto gg = pairs(block);
      const Columns matrices(product(squares, true, 0, gg.matrix()));
      std::vector<Columns> solutions;
      solutions.reserve(states.size());
      for (const auto* state : states) {
        solutions.emplace_back(product(factor_, true, 0, scaled(state->probability, gg).matrix()));
      }
      for (std::size_t k = 0; k < block.count; ++k) {
        for (std::size_t q = 0; q < rank; ++q) {
          for (std::size_t r = 0; r <= q; ++r) {
            system.set(q, r,
                       (q == r ? 1.0 : 0.0) - order_2_ * matrices.get(q * (q + 1) / 2 + r, k));
          }
        }
        system.factorize();
        for (auto& columns : solutions) {
          for (std::size_t q = 0; q < rank; ++q) {
            real[q] = columns.get(q, k).real();
            imag[q] = columns.get(q, k).imag();
          }
          system.solve(real, imag);
          for (std::size_t q = 0; q < rank; ++q) {
            columns.set(q, k, {real[q], imag[q]});
          }
        }
      }
      for (std::size_t s = 0; s < states.size(); ++s) {
        const Columns x(product(factor_, false, 0, solutions[s].matrix()));
        add_all_orders(block, gg, x, *states[s], kernels[s]);
      }
    });
  }

  /// The sums over nodes for X_a = x.
  void add_all_orders(const Block& block, const Columns& gg, const Columns& x,
                      const EnergyMeasure& initial, Kernels& kernels) const {
    const auto& z = contour_.nodes();
    const auto& m = amplitudes_.self_energy;
    for (std::size_t k = 0; k < block.count; ++k) {
      const std::size_t column = block.first + k;
      const Complex inverse = order_2_ / (z[block.j] - std::conj(z[column]));
      Sums sums(initial.energy.size());
      for (std::size_t a = 0; a < nodes(); ++a) {
        const Complex forth = m.get(a, block.j);
        const Complex back = std::conj(m.get(a, column));
        const Complex both = gg.get(a, k);
        const Complex u = order_2_ * product(both, x.get(a, k));
        sums.add(total_.infinite, initial, a, u, product(both, product(forth - back, inverse)));
        sums.interaction +=
            order_2_ * product(forth + back,
                               initial.probability[a] * both + total_.infinite.probability[a] * u);
      }
      sums.store(kernels, block.j, column);
    }
  }

  void sum_two_orders(const std::vector<const EnergyMeasure*>& states,
                      std::vector<Kernels>& kernels) const {
    const auto& z = contour_.nodes();
    const auto& g = amplitudes_.value;
    const auto& m = amplitudes_.self_energy;
    // g_a m_a, the relative change of g_a, and what it makes of m_a.
    Columns decay(nodes(), z.size());
    Columns change(nodes(), z.size());
    for (std::size_t j = 0; j < z.size(); ++j) {
      for (std::size_t a = 0; a < nodes(); ++a) {
        decay.set(a, j, product(g.get(a, j), m.get(a, j)));
        change.set(a, j, product(g.get(a, j), decay.get(a, j)));
      }
    }
    const auto m_1 = applied(factor_, scaled(total_.infinite.probability, change));
    for_each_block([&](const Block& block) {
      const auto gg = pairs(block);
      Columns gg_1(nodes(), block.count);
      for (std::size_t k = 0; k < block.count; ++k) {
        for (std::size_t a = 0; a < nodes(); ++a) {
          gg_1.set(a, k,
                   product(gg.get(a, k),
                           decay.get(a, block.j) + std::conj(decay.get(a, block.first + k))));
        }
      }
      for (std::size_t s = 0; s < states.size(); ++s) {
        add_two_orders(block, gg, gg_1, m_1, *states[s], kernels[s]);
      }
    });
  }

  /// The sums over nodes; gg_1 and m_1 are what the next order adds to g_a g_a' and m_a.
  void add_two_orders(const Block& block, const Columns& gg, const Columns& gg_1,
                      const Columns& m_1, const EnergyMeasure& initial, Kernels& kernels) const {
    const double order_4 = order_2_ * order_2_;
    const auto& z = contour_.nodes();
    const auto& m = amplitudes_.self_energy;
    const auto& p = initial.probability;
    const auto x = applied(factor_, scaled(p, gg));
    Columns phi_1(nodes(), block.count);  // the next order of Phi_a
    for (std::size_t k = 0; k < block.count; ++k) {
      for (std::size_t a = 0; a < nodes(); ++a) {
        phi_1.set(a, k,
                  p[a] * gg_1.get(a, k) +
                      total_.infinite.probability[a] * product(gg.get(a, k), x.get(a, k)));
      }
    }
    const auto x_1 = applied(factor_, phi_1);
    for (std::size_t k = 0; k < block.count; ++k) {
      const std::size_t column = block.first + k;
      const Complex inverse = 1.0 / (z[block.j] - std::conj(z[column]));
      Sums sums(initial.energy.size());
      for (std::size_t a = 0; a < nodes(); ++a) {
        const Complex both = order_2_ * gg.get(a, k);
        const Complex next = order_4 * gg_1.get(a, k);
        const Complex forth = m.get(a, block.j);
        const Complex back = std::conj(m.get(a, column));
        const Complex forth_1 = m_1.get(a, block.j);
        const Complex back_1 = std::conj(m_1.get(a, column));
        sums.add(total_.infinite, initial, a,
                 product(both + next, x.get(a, k)) + order_2_ * product(both, x_1.get(a, k)),
                 product(inverse, product(both + next, forth - back) +
                                      order_2_ * product(both, forth_1 - back_1)));
        sums.interaction += product(forth + back, p[a] * both + order_4 * phi_1.get(a, k)) +
                            order_2_ * p[a] * product(forth_1 + back_1, both);
      }
      sums.store(kernels, block.j, column);
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
      if (setting_.with_statistics) {
        const auto& of_pair = kernels[pair].change;
        const Kernels* weighted = kernels.data() + kernels.size() - 2 * (pairs - pair);
        for (std::size_t k = 0; k < 3; ++k) {
          const std::size_t i = k / 2;
          const std::size_t j = (k + 1) / 2;
          ladder.second_moments[k] = at_times([&](std::size_t row, std::size_t column) {
                                       return of_pair[2 + k](row, column) -
                                              weighted[i].change[j](row, column) -
                                              weighted[j].change[i](row, column);
                                     }).value;
        }
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
  constexpr double matrix_product = 1.0 / 8.0;  // of its operations, in terms of others
  const double last = setting.times.back();
  const auto [nodes, rank, half_width, sources] = profile_sizes(setting, last);
  const double radius = half_width + (all_orders ? 2.0 * std::abs(setting.strength) : 0.0);
  const double size = Contour::node_count(radius, last, growth);
  const double states =
      ((setting.with_conductance ? 2.0 : 1.0) + (setting.with_statistics ? 3.0 : 0.0)) *
      static_cast<double>(setting.betas.size());
  const double of_pair =
      all_orders ? 2.0 * rank * rank * nodes * matrix_product + rank * rank * (8.0 + 0.35 * rank) +
                       states * (8.0 * rank * nodes * matrix_product + 16.0 * rank * rank)
                 : states * 16.0 * rank * nodes * matrix_product;
  const double of_curves =
      4.0 * 16.0 * size * size * static_cast<double>(setting.times.size()) * matrix_product;
  return {0.5 * size * size * (of_pair + states * 80.0 * nodes) + states * of_curves +
              2.0 * nodes * nodes * sources,
          size * size * 32.0 * states + 8.0 * nodes * (rank * rank + sources) + 64.0 * nodes * size,
          ""};
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
