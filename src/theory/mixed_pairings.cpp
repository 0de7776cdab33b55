#include "rmtheat/theory/mixed_pairings.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "rmtheat/model/observable/table.hpp"
#include "rmtheat/support/target_clones.hpp"
#include "rmtheat/theory/next_to_leading_order.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {
namespace {

using Series = std::vector<Complex>;

/// Of a grid's points those that the currents are known at, four rules short of all.
constexpr std::size_t margin = 2 * TimeGrid::half_width;

/// A series at any index, with X(-t) = parity conj X(t).
Complex at(const Series& series, std::ptrdiff_t k, double parity = 1.0) {
  return k >= 0 ? series[static_cast<std::size_t>(k)]
                : parity * std::conj(series[static_cast<std::size_t>(-k)]);
}

/// sum_(0 <= k <= n) Re x_k y_(n-k) is added to each result_n.
RMTHEAT_TARGET_CLONES
void add_real_convolution(const double* x_real, const double* x_imag, const double* y_real,
                          const double* y_imag, double* __restrict result, std::size_t size) {
  for (std::size_t j = 0; j < size; ++j) {
    const double a = x_real[j];
    const double b = x_imag[j];
    for (std::size_t k = 0; k < size - j; ++k) {
      result[j + k] += a * y_real[k] - b * y_imag[k];
    }
  }
}

/// A function on the points -reach .. last, real and imaginary parts apart.
class Samples {
 public:
  template <class Function>
  Samples(std::ptrdiff_t first, std::ptrdiff_t last, Function function) : first_(first) {
    for (std::ptrdiff_t k = first; k <= last; ++k) {
      const Complex value = function(k);
      real_.push_back(value.real());
      imag_.push_back(value.imag());
    }
  }
  [[nodiscard]] const double* real() const { return real_.data() - first_; }
  [[nodiscard]] const double* imag() const { return imag_.data() - first_; }
  /// Re x_k y_l
  friend double real_product(const Samples& x, std::ptrdiff_t k, const Samples& y,
                             std::ptrdiff_t l) {
    return x.real()[k] * y.real()[l] - x.imag()[k] * y.imag()[l];
  }

 private:
  std::ptrdiff_t first_;
  std::vector<double> real_;
  std::vector<double> imag_;
};

/// The rates dJ_i/dt from one assignment of the pairings, in which system X has the walk
/// (a, b, a, c) and Y has (x, y, z, y).
class MixedRates {
 public:
  MixedRates(const TimeGrid& grid, const SystemAverage& infinite_x, const SystemAverage& initial_x,
             const SystemAverage& infinite_y, const SystemAverage& initial_y)
      : f_x_(infinite_x.phase),
        a_x_(infinite_x.energy),
        r_x_(initial_x.phase),
        rh_x_(initial_x.energy),
        f_y_(infinite_y.phase),
        a_y_(infinite_y.energy),
        r_y_(initial_y.phase),
        rh_y_(initial_y.energy),
        step_(grid.step()),
        correction_(grid.end_correction()),
        r_f_(grid.convolve(r_y_, f_y_)),
        r_a_(grid.convolve(r_y_, a_y_)),
        f_f_(grid.convolve(f_x_, f_x_)),
        a_f_(grid.convolve(a_x_, f_x_)),
        last_(static_cast<std::ptrdiff_t>(f_x_.size() - 1 - margin)) {}

  /// d/dt of the currents into X and into Y at the points 0 .. last.
  [[nodiscard]] Currents operator()() const {
    Currents rates(2);
    for (auto& rate : rates) {
      rate.resize(static_cast<std::size_t>(last_) + 1);
    }
    for (std::ptrdiff_t mu = -reach; mu <= last_ + reach; ++mu) {
      const auto inner = inner_integrals(mu);
      for (std::ptrdiff_t n = std::max<std::ptrdiff_t>(0, mu - reach); n <= last_; ++n) {
        const double weight =
            (mu >= 0 && mu <= n ? 1.0 : 0.0) + correction(mu) + correction(n - mu);
        const auto edges = edge_terms(mu, n);
        for (std::size_t i = 0; i < 2; ++i) {
          rates[i][static_cast<std::size_t>(n)] +=
              2.0 * step_ * weight *
              (inner[i][static_cast<std::size_t>(n - mu + reach)] + edges[i].real());
        }
      }
    }
    return rates;
  }

 private:
  static constexpr std::ptrdiff_t reach = TimeGrid::reach;

  [[nodiscard]] double correction(std::ptrdiff_t k) const {
    return std::abs(k) <= reach ? correction_[static_cast<std::size_t>(k + reach)] : 0.0;
  }

  /// Re integral_0^x P(s) Q(x - s) ds at the points x = -reach .. end, added to `result`.
  void add_convolution(const Samples& p, const Samples& q, std::ptrdiff_t end,
                       std::vector<double>& result) const {
    std::vector<double> sum(static_cast<std::size_t>(end + reach) + 1);
    if (end >= 0) {
      add_real_convolution(p.real(), p.imag(), q.real(), q.imag(), sum.data() + reach,
                           static_cast<std::size_t>(end) + 1);
    }
    for (std::ptrdiff_t x = -reach; x <= end; ++x) {
      double& value = sum[static_cast<std::size_t>(x + reach)];
      for (std::ptrdiff_t k = x + 1; k < 0; ++k) {
        value -= real_product(p, k, q, x - k);
      }
      for (std::ptrdiff_t k = -reach; k <= reach; ++k) {
        value += correction(k) * (real_product(p, k, q, x - k) + real_product(p, x - k, q, k));
      }
      result[static_cast<std::size_t>(x + reach)] += step_ * value;
    }
  }

  /// The integrals over s at fixed mu, at t - mu = -reach .. last - mu.
  [[nodiscard]] Currents inner_integrals(std::ptrdiff_t mu) const {
    const std::ptrdiff_t end = last_ - mu;
    const std::ptrdiff_t first = -2 * reach;
    const std::ptrdiff_t last = std::max<std::ptrdiff_t>(end, 0) + reach;
    const Complex f = std::conj(at(f_y_, mu));
    const Complex a = std::conj(at(a_y_, mu));
    const Complex r = at(r_x_, mu);
    const Complex rh = at(rh_x_, mu);
    const auto forward = [&](std::ptrdiff_t c) {
      return std::conj(at(r_y_, c)) * at(f_y_, c + mu);
    };
    const auto backward = [&](std::ptrdiff_t c) {
      return at(r_y_, c + mu) * std::conj(at(f_y_, c));
    };
    const auto pair = [&](std::ptrdiff_t s) { return at(f_x_, s) * std::conj(at(f_x_, s + mu)); };
    // The energy of X in s2 less that in s1.
    const Samples x_forward(first, last, [&](std::ptrdiff_t s) {
      return f * (rh * pair(s) - r * at(f_x_, s) * std::conj(at(a_x_, s + mu)));
    });
    const Samples x_backward(first, last, [&](std::ptrdiff_t s) {
      return f * (rh * pair(s) - r * at(a_x_, s) * std::conj(at(f_x_, s + mu)));
    });
    const Samples plain(first, last, pair);
    const Samples q_forward(first, last, forward);
    const Samples q_backward(first, last, backward);
    // The energy of Y likewise.
    const Samples y(first, last, [&](std::ptrdiff_t c) {
      const Complex in_s2 =
          std::conj(at(r_y_, c)) * at(a_y_, c + mu) + at(r_y_, c + mu) * std::conj(at(a_y_, c));
      return r * (f * in_s2 - a * (forward(c) + backward(c)));
    });
    Currents result(2);
    for (auto& series : result) {
      series.resize(static_cast<std::size_t>(end + reach) + 1);
    }
    add_convolution(x_forward, q_forward, end, result[0]);
    add_convolution(x_backward, q_backward, end, result[0]);
    add_convolution(plain, y, end, result[1]);
    return result;
  }

  /// The terms in which one of the three times is all of t - mu.
  [[nodiscard]] std::array<Complex, 2> edge_terms(std::ptrdiff_t mu, std::ptrdiff_t n) const {
    const Complex f = std::conj(at(f_y_, mu));
    const Complex a = std::conj(at(a_y_, mu));
    const Complex r = at(r_x_, mu);
    const Complex rh = at(rh_x_, mu);
    const Complex r_f = at(r_f_, mu, -1.0);
    const Complex r_a = at(r_a_, mu, -1.0);
    const Complex f_f = std::conj(at(f_f_, mu, -1.0));
    const Complex a_f = std::conj(at(a_f_, mu, -1.0));
    const Complex bra = std::conj(at(f_x_, n));
    const Complex rest = at(f_x_, n - mu);
    const Complex return_y = at(r_y_, n) * std::conj(at(f_y_, n - mu));
    return {f * rest * r_f * (rh * bra - r * std::conj(at(a_x_, n))) +
                f * return_y * (rh * f_f - r * a_f),
            rest * bra * r * (f * r_a - a * r_f) +
                r * f_f * (f * at(rh_y_, n) * std::conj(at(f_y_, n - mu)) - a * return_y)};
  }

  const Series& f_x_;
  const Series& a_x_;
  const Series& r_x_;
  const Series& rh_x_;
  const Series& f_y_;
  const Series& a_y_;
  const Series& r_y_;
  const Series& rh_y_;
  double step_;
  TimeGrid::EndCorrection correction_;
  Series r_f_;
  Series r_a_;
  Series f_f_;
  Series a_f_;
  std::ptrdiff_t last_;
};

/// The number of levels; infinite for a continuum.
std::array<double, 2> sizes_of(const Setting& setting) {
  std::array<double, 2> sizes{};
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& system = *setting.systems[i];
    sizes[i] = system.continuum() == nullptr
                   ? static_cast<double>(system.discretized(0.0, 0.0, 0.0).size())
                   : std::numeric_limits<double>::infinity();
  }
  return sizes;
}

/// The first time at which products of two averages of one system are negligible, `end` where there
/// is none before it.
double decay_time_of_systems(const Setting& setting, double end) {
  double time = 0.0;
  for (const auto& system : setting.systems) {
    auto alike = setting;
    alike.with_conductance = false;
    alike.systems = {system, system};
    for (const auto& betas : setting.betas) {
      for (const double beta : {betas[0], betas[1], model::mean_beta(betas)}) {
        if (system->admits(beta)) {
          alike.betas.push_back({beta, beta});
        }
      }
    }
    alike.betas.erase(alike.betas.begin(),
                      alike.betas.begin() + static_cast<std::ptrdiff_t>(setting.betas.size()));
    time = std::max(time, decay_time(alike, end));
  }
  return time;
}

/// The largest frequency that the grid has to resolve: of less, and less well, than those of work
/// of lower order in the number of steps. Errors are below 1e-8.
double bandwidth(const Setting& setting) {
  constexpr double negligible = 1e-5;
  constexpr double longer_steps = 1.5;
  const auto [low, high] = total_energy_range(setting, negligible);
  return (high - low) / longer_steps;
}

TimeGrid mixed_grid(const Setting& setting) {
  const double last = setting.times.back();
  return {std::min(last, decay_time_of_systems(setting, last) / 0.7), bandwidth(setting)};
}

/// Up to where currents of a continuum are those of late times, or nearly so.
TimeGrid late_grid(const Setting& setting) {
  constexpr double phase_at_end = 300.0;
  return {phase_at_end / bandwidth(setting), bandwidth(setting)};
}

/// Of each initial state, then of each response, times lambda^4/K.
std::vector<Currents> currents_on(const TimeGrid& grid, const Setting& setting) {
  const auto functions = system_functions(setting, grid.times());
  const auto sizes = sizes_of(setting);
  const double factor = setting.coupling->mixed_pairing_weight() * std::pow(setting.strength, 4);
  const auto scaled = [&](const SystemAverages& initial) {
    auto currents = mixed_currents(grid, functions.infinite, initial, sizes);
    for (auto& current : currents) {
      std::ranges::for_each(current, [factor](double& value) { value *= factor; });
    }
    return currents;
  };
  std::vector<Currents> result;
  std::ranges::transform(functions.initial, std::back_inserter(result), scaled);
  for (const auto& [first, second] : functions.response) {
    auto sum = scaled(first);
    const auto other = scaled(second);
    for (std::size_t i = 0; i < 2; ++i) {
      std::ranges::transform(sum[i], other[i], sum[i].begin(), std::plus());
    }
    result.push_back(std::move(sum));
  }
  return result;
}

/// Adds the heat current at late times, and its error.
void add_plateau(Prediction& prediction, const std::string& name, double step,
                 const std::vector<double>& heat, std::size_t pair) {
  const double late = intercept(heat, step, 0.0, heat.size() / 2, heat.size());
  const double early = intercept(heat, step, 0.0, heat.size() / 4, heat.size() / 2);
  prediction.attributes.at(name).at(pair) += late;
  prediction.attributes.at(name + "_error").at(pair) += std::abs(late - early);
}

}  // namespace

Currents mixed_currents(const TimeGrid& grid, const SystemAverages& infinite,
                        const SystemAverages& initial, const std::array<double, 2>& sizes) {
  Currents currents(2);
  for (std::size_t x = 0; x < 2; ++x) {
    const std::size_t y = 1 - x;
    const auto rates = MixedRates(grid, infinite[x], initial[x], infinite[y], initial[y])();
    for (const auto& [system, rate] : {std::pair(x, &rates[0]), std::pair(y, &rates[1])}) {
      const auto current = grid.integrate(*rate, 1);
      currents[system].resize(current.size());
      std::ranges::transform(currents[system], current, currents[system].begin(), std::plus());
    }
  }
  for (std::size_t i = 0; i < 2; ++i) {
    const std::size_t other = 1 - i;
    const double weight = initial[other].phase[0].real() / (sizes[other] * sizes[other]);
    if (weight == 0.0) {
      continue;
    }
    const auto alone = next_to_leading_currents(
        grid, {infinite[i].phase, {infinite[i].energy, infinite[i].energy}},
        {initial[i].phase, {initial[i].energy, initial[i].energy}});
    for (std::size_t k = 0; k < currents[i].size(); ++k) {
      currents[i][k] += weight * alone[0][k];
    }
  }
  return currents;
}

void add_mixed_pairings(Prediction& prediction, const Setting& setting) {
  const auto grid = mixed_grid(setting);
  const auto currents = currents_on(grid, setting);
  add_curves(prediction, curves_of_changes(setting, grid, currents));
  const auto coarse = grid.coarsened();
  const auto changes =
      change_on_grid(setting, grid, currents, coarse, currents_on(coarse, setting));
  auto& errors = prediction.attributes["error_estimate"];
  std::ranges::transform(errors, changes, errors.begin(), std::plus());
  if (!is_continuum(setting)) {
    return;
  }
  const auto grid_of_plateau = late_grid(setting);
  const auto late = currents_on(grid_of_plateau, setting);
  const std::size_t pairs = setting.betas.size();
  for (std::size_t k = 0; k < late.size(); ++k) {
    const bool response = k >= pairs;
    add_plateau(prediction, response ? "conductance_plateau_correction" : "plateau_correction",
                grid_of_plateau.step(),
                model::heat_current(setting.work_share, {late[k][0], late[k][1]}),
                response ? k - pairs : k);
  }
}

Plan mixed_pairings_cost(const Setting& setting) {
  const double states =
      (setting.with_conductance ? 3.0 : 1.0) * static_cast<double>(setting.betas.size());
  const auto on_grid = [states](const TimeGrid& grid) {
    const auto steps = static_cast<double>(grid.times().size());
    return states * steps * steps * (1.5 * steps + 300.0);
  };
  const auto grid = mixed_grid(setting);
  // Half the steps for the error estimate are an eighth of the operations.
  return {1.2 * on_grid(grid) + (is_continuum(setting) ? on_grid(late_grid(setting)) : 0.0),
          1000.0 * static_cast<double>(grid.times().size()), ""};
}

}  // namespace rmtheat::theory
