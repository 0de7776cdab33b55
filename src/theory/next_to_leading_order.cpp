#include "rmtheat/theory/next_to_leading_order.hpp"

#include <cmath>
#include <numbers>

#include "rmtheat/theory/leading_order.hpp"
#include "rmtheat/theory/total_energy.hpp"

namespace rmtheat::theory {
namespace {

using Series = std::vector<Complex>;

/// Convolutions of one function of time with f.
class SelfEnergy {
 public:
  SelfEnergy(const TimeGrid& grid, const Series& f) : grid_(grid), times_(grid.times()), f_(f) {}

  /// X * f.
  [[nodiscard]] Series with(const Series& x) const { return grid_.convolve(x, f_); }

  /// f * (s X): minus the change of X at order lambda^2 through the decay of the amplitudes.
  [[nodiscard]] Series decay(const Series& x) const {
    // i s X has the parity that a convolution needs.
    Series weighted(x.size());
    for (std::size_t k = 0; k < x.size(); ++k) {
      weighted[k] = Complex(0.0, times_[k]) * x[k];
    }
    Series result = grid_.convolve(weighted, f_);
    for (Complex& value : result) {
      value *= Complex(0.0, -1.0);
    }
    return result;
  }

 private:
  const TimeGrid& grid_;
  std::vector<double> times_;
  const Series& f_;
};

double overlap(Complex a, Complex b) { return (a * std::conj(b)).real(); }

/// a + b t, the heat current at long times.
struct LongTimeForm {
  double correction = 0.0;
  double correction_error = 0.0;
  double slope = 0.0;
};

/// The form for lambda = 1, from the golden rule and a curve on a grid of this many steps: by its
/// end the transient has decayed for densities of unbounded support, and is of order t^-2 or less
/// for bounded ones, whose bandwidth allows longer steps.
LongTimeForm long_time_form(const Setting& setting, const TotalEnergy& total,
                            const EnergyMeasure& measure, const TimeGrid& grid,
                            const PhaseAverage& infinite, const PhaseAverage& initial) {
  const double two_pi = 2.0 * std::numbers::pi;
  const double slope = -two_pi * two_pi * golden_rule_integral(total, measure, 2);
  const auto currents = next_to_leading_currents(grid, infinite, initial);
  std::vector<double> heat(currents[0].size());
  for (std::size_t k = 0; k < heat.size(); ++k) {
    heat[k] = (1.0 - setting.work_share) * currents[0][k] - setting.work_share * currents[1][k];
  }
  const std::size_t end = heat.size();
  const double late = intercept(heat, grid.step(), slope, end / 2, end);
  const double early = intercept(heat, grid.step(), slope, end / 4, end / 2);
  return {late, std::abs(late - early), slope};
}

void add_long_time_attributes(Prediction& prediction, const Setting& setting) {
  constexpr double phase_at_end = 800.0;  // bandwidth times the last time, about 2000 steps
  const auto [low, high] = total_energy_range(setting, negligible_density);
  const TimeGrid grid(phase_at_end / (high - low), high - low);
  const auto functions = one_point_functions(setting, grid.times());
  const auto total = total_energy(setting, 0.0);
  add_plateaus(prediction, setting, total);
  const double order_4 = std::pow(setting.strength, 4);
  const auto add = [&](const std::string& prefix, const LongTimeForm& form) {
    auto& attributes = prediction.attributes;
    attributes[prefix + "_correction"].push_back(order_4 * form.correction);
    attributes[prefix + "_correction_error"].push_back(order_4 * form.correction_error);
    attributes[prefix + "_slope"].push_back(order_4 * form.slope);
  };
  for (std::size_t pair = 0; pair < setting.betas.size(); ++pair) {
    add("plateau", long_time_form(setting, total, total.initial[pair], grid, functions.infinite,
                                  functions.initial[pair]));
    if (!setting.with_conductance) {
      continue;
    }
    add("conductance_plateau", long_time_form(setting, total, total.response[pair], grid,
                                              functions.infinite, functions.response[pair]));
  }
}

}  // namespace

double intercept(std::span<const double> curve, double step, double slope, std::size_t begin,
                 std::size_t end) {
  double count = 0.0;
  double sum_x = 0.0;
  double sum_xx = 0.0;
  double sum_y = 0.0;
  double sum_xy = 0.0;
  for (std::size_t k = begin; k < end; ++k) {
    const double time = static_cast<double>(k) * step;
    const double x = 1.0 / (time * time);
    const double y = curve[k] - slope * time;
    count += 1.0;
    sum_x += x;
    sum_xx += x * x;
    sum_y += y;
    sum_xy += x * y;
  }
  return (sum_xx * sum_y - sum_x * sum_xy) / (count * sum_xx - sum_x * sum_x);
}

Currents next_to_leading_currents(const TimeGrid& grid, const PhaseAverage& infinite,
                                  const PhaseAverage& initial) {
  const Series& f = infinite.phase;
  const Series& r = initial.phase;
  const SelfEnergy self_energy(grid, f);
  const Series f_f = self_energy.with(f);
  const Series r_f = self_energy.with(r);
  const Series decay_f = self_energy.decay(f);
  const Series decay_r = self_energy.decay(r);
  Currents currents(initial.energy.size());
  for (std::size_t i = 0; i < currents.size(); ++i) {
    const Series& a = infinite.energy[i];
    const Series& rh = initial.energy[i];
    const Series a_f = self_energy.with(a);
    const Series rh_f = self_energy.with(rh);
    const Series r_a = grid.convolve(r, a);
    const Series decay_a = self_energy.decay(a);
    const Series decay_rh = self_energy.decay(rh);
    std::vector<double> q(f_f.size());
    std::vector<double> s(f_f.size());
    for (std::size_t k = 0; k < q.size(); ++k) {
      q[k] = overlap(decay_r[k], a[k]) + overlap(r[k], decay_a[k]) - overlap(decay_rh[k], f[k]) -
             overlap(rh[k], decay_f[k]);
      s[k] = overlap(r_a[k], f[k]) + overlap(r_f[k], a[k]) + overlap(a_f[k], r[k]) -
             2.0 * overlap(rh_f[k], f[k]) - overlap(f_f[k], rh[k]);
    }
    const auto decay_part = grid.integrate(q, 1);
    const auto return_part = grid.integrate(grid.integrate(s, -1), 1);
    currents[i].resize(return_part.size());
    for (std::size_t k = 0; k < return_part.size(); ++k) {
      currents[i][k] = -2.0 * (decay_part[k] + return_part[k]);
    }
  }
  return currents;
}

Plan next_to_leading_order_cost(const Setting& setting) { return perturbative_cost(setting, 2); }

Prediction next_to_leading_order(const Setting& setting) {
  require_valid(setting);
  if (perturbation_in_bands(setting, 2)) {
    return prediction_in_bands(setting, 2);
  }
  const double order_2 = setting.strength * setting.strength;
  const double order_4 = order_2 * order_2;
  auto prediction = perturbative_prediction(
      setting, [order_2, order_4](const TimeGrid& grid, const PhaseAverage& infinite,
                                  const PhaseAverage& initial) {
        const auto leading = leading_currents(grid, infinite, initial);
        auto currents = next_to_leading_currents(grid, infinite, initial);
        for (std::size_t i = 0; i < currents.size(); ++i) {
          for (std::size_t k = 0; k < currents[i].size(); ++k) {
            currents[i][k] = order_2 * leading[i][k] + order_4 * currents[i][k];
          }
        }
        return currents;
      });
  if (is_continuum(setting)) {
    add_long_time_attributes(prediction, setting);
  }
  return prediction;
}

}  // namespace rmtheat::theory
