#include "rmtheat/dynamics/diagonalization/eigenbasis_sums.hpp"

#include <algorithm>
#include <complex>
#include <functional>
#include <iterator>
#include <numeric>

#include "rmtheat/model/observable/evolution.hpp"
#include "rmtheat/support/blas.hpp"

namespace rmtheat::dynamics {
namespace {

using blas::Operation;
using Complex = std::complex<double>;

constexpr std::size_t system_count = 2;

/// Pairs within a panel are taken in squares of this side, of which the diagonal ones count every
/// pair twice.
constexpr std::size_t square_width = 32;

}  // namespace

template <class T>
EigenbasisSums<T>::EigenbasisSums(std::vector<double> times, double work_share)
    : times_(std::move(times)), work_share_(work_share) {}

template <class T>
void EigenbasisSums<T>::reset(const std::array<Diagonal, 2>& system_energies,
                              const std::vector<InitialOperator>& initial, double spectrum_width) {
  if (!nodes_ || !nodes_->serves(times_, spectrum_width)) {
    nodes_.emplace(times_, spectrum_width);
  }
  dimension_ = system_energies[0].size();
  std::vector<PanelOperator> operators = {{system_energies[0]}, {system_energies[1]}};
  initial_count_ = initial.size();
  for (const auto& an_operator : initial) {
    operators.push_back({an_operator.weights});
  }
  curves_.clear();
  first_curve_.clear();
  second_at_start_.assign(initial.size(), {});
  std::optional<std::size_t> products;
  for (std::size_t k = 0; k < initial.size(); ++k) {
    const std::size_t weights = system_count + k;
    first_curve_.push_back(curves_.size());
    if (!initial[k].is_state) {
      const auto [share_1, share_2] = model::heat_shares(work_share_);
      curves_.push_back({weights, share_1, share_2, false});
      continue;
    }
    curves_.push_back({weights, 1.0, 0.0, true});
    curves_.push_back({weights, 0.0, 1.0, true});
    if (initial[k].with_second_moments) {
      if (!products) {
        products = operators.size();
        auto [first, mixed, second] = energy_products(system_energies);
        operators.push_back({std::move(first), 0});
        operators.push_back({std::move(mixed), 1});
        operators.push_back({std::move(second)});
      }
      add_second_moments(k, *products, operators);
    }
  }
  elements_.set_operators(std::move(operators), system_energies[0]);
  sums_.assign(curves_.size() * (2 * nodes_->nodes().size() + 1) + initial.size() * 2, 0.0);
}

/// E_i E_j stand in `operators` from `products` on.
template <class T>
void EigenbasisSums<T>::add_second_moments(std::size_t initial, std::size_t products,
                                           std::vector<PanelOperator>& operators) {
  const std::size_t weights = system_count + initial;
  const std::size_t weighted = operators.size();  // rho E_1, then rho E_2
  operators.push_back({product(operators[weights].diagonal, operators[0].diagonal), weights});
  operators.push_back({product(operators[weights].diagonal, operators[1].diagonal)});
  const auto add = [this](std::vector<Product> sum) {
    curves_.push_back({0, 0.0, 0.0, true, false, std::move(sum)});
  };
  add({{weighted, 0, -2.0}, {weights, products, 1.0}});
  add({{weighted, 1, -1.0}, {weighted + 1, 0, -1.0}, {weights, products + 1, 1.0}});
  add({{weighted + 1, 1, -2.0}, {weights, products + 2, 1.0}});
  for (std::size_t k = 0; k < second_at_start_[initial].size(); ++k) {
    const auto& rho = operators[weights].diagonal;
    second_at_start_[initial][k] =
        std::inner_product(rho.begin(), rho.end(), operators[products + k].diagonal.begin(), 0.0);
  }
}

template <class T>
std::vector<double> EigenbasisSums<T>::phases_of(std::span<const double> values) const {
  const std::size_t length = 2 * nodes_->nodes().size();
  std::vector<double> phases(values.size() * length);
  for (std::size_t n = 0; n < values.size(); ++n) {
    nodes_->phases(values[n], std::span(phases).subspan(n * length, length));
  }
  return phases;
}

template <class T>
auto EigenbasisSums<T>::panel_of(const EigenColumns<T>& columns, std::span<const double> phases,
                                 std::size_t first, std::size_t width) const -> Panel {
  const std::size_t length = 2 * nodes_->nodes().size();
  return {columns.vectors.subspan(first * dimension_, width * dimension_),
          columns.values.subspan(first, width), phases.subspan(first * length, width * length)};
}

template <class T>
void EigenbasisSums<T>::add_within(const EigenColumns<T>& columns) {
  const auto phases = phases_of(columns.values);
  const std::size_t count = columns.values.size();
  const std::size_t step = right_width(count);
  for (std::size_t first = 0; first < count; first += step) {
    const Panel right = panel_of(columns, phases, first, std::min(step, count - first));
    set_right(right);
    add_left_panels(columns, phases, first, right);
    add_within_right(right);
  }
}

/// Adds the pairs within the right panel, which set_right() must have been called with.
template <class T>
void EigenbasisSums<T>::add_within_right(const Panel& right) {
  const EigenColumns<T> columns{right.vectors, right.values};
  for (std::size_t first = 0; first < right.width(); first += square_width) {
    const Panel square =
        panel_of(columns, right.phases, first, std::min(square_width, right.width() - first));
    if (first > 0) {
      add_panels(panel_of(columns, right.phases, 0, first), square, first, false);
    }
    add_panels(square, square, first, true);
  }
}

template <class T>
void EigenbasisSums<T>::add_between(const EigenColumns<T>& left, const EigenColumns<T>& right) {
  const auto left_phases = phases_of(left.values);
  const auto right_phases = phases_of(right.values);
  const std::size_t count = right.values.size();
  const std::size_t step = right_width(count);
  for (std::size_t first = 0; first < count; first += step) {
    const Panel panel = panel_of(right, right_phases, first, std::min(step, count - first));
    set_right(panel);
    add_left_panels(left, left_phases, left.values.size(), panel);
  }
}

/// Adds the pairs of the first `count` columns on the left with the right panel, which set_right()
/// must have been called with.
template <class T>
void EigenbasisSums<T>::add_left_panels(const EigenColumns<T>& left, std::span<const double> phases,
                                        std::size_t count, const Panel& right) {
  const std::size_t step = left_width(left.values.size());
  for (std::size_t first = 0; first < count; first += step) {
    add_panels(panel_of(left, phases, first, std::min(step, count - first)), right, 0, false);
  }
}

/// Prepares what every left panel is multiplied with. The phases e^(i eps t) of a product's real
/// part are (cos, sin), those of its imaginary part i e^(i eps t) = (-sin, cos).
template <class T>
void EigenbasisSums<T>::set_right(const Panel& right) {
  elements_.set_right(right.vectors);
  if constexpr (MatrixElements<T>::parts == 1) {
    right_phases_.assign(right.phases.begin(), right.phases.end());
  } else {
    right_phases_.clear();
    const std::size_t times = nodes_->nodes().size();
    for (std::size_t m = 0; m < right.width(); ++m) {
      const auto cosines = right.phases.subspan(2 * m * times, times);
      const auto sines = right.phases.subspan((2 * m + 1) * times, times);
      right_phases_.insert(right_phases_.end(), cosines.begin(), cosines.end());
      right_phases_.insert(right_phases_.end(), sines.begin(), sines.end());
      std::ranges::transform(sines, std::back_inserter(right_phases_), std::negate<>());
      right_phases_.insert(right_phases_.end(), cosines.begin(), cosines.end());
    }
  }
}

/// Adds the pairs of one panel pair; set_right() must have been called with a panel that `right` is
/// a part of, from its column `first_right` on.
template <class T>
void EigenbasisSums<T>::add_panels(const Panel& left, const Panel& right, std::size_t first_right,
                                   bool same) {
  constexpr std::size_t parts = MatrixElements<T>::parts;
  elements_.multiply(left.vectors, first_right, right.width());
  const std::size_t rows = stack_products(left, right, same);

  // W_nt = sum_m G_nm e^(i eps_m t), transposed so that time runs fastest.
  const std::size_t length = 2 * nodes_->nodes().size();
  const std::size_t summed = parts * right.width();
  grow(evolved_, length * rows);
  blas::gemm(Operation::none, Operation::transpose, static_cast<std::int64_t>(length),
             static_cast<std::int64_t>(rows), static_cast<std::int64_t>(summed), 1.0,
             right_phases_.data() + first_right * parts * length, static_cast<std::int64_t>(length),
             stacked_.data(), static_cast<std::int64_t>(rows), 0.0, evolved_.data(),
             static_cast<std::int64_t>(length));
  add_evolved(left, same);

  if (same) {
    add_moments(left);
  }
}

/// The products rho_nm conj(O_nm) of a curve that is a sum of them, for the m-th column on the
/// right.
template <class T>
void EigenbasisSums<T>::sum_products(const Curve& curve, std::size_t m, std::size_t n_left,
                                     double* out_re, double* out_im) const {
  bool adds = false;
  const auto put = [&adds](double& out, double value) { out = adds ? out + value : value; };
  for (const auto& [weights, observed, factor] : curve.products) {
    const double* rho_re = elements_.column(0, weights, m);
    const double* o_re = elements_.column(0, observed, m);
    if constexpr (MatrixElements<T>::parts == 1) {
      for (std::size_t n = 0; n < n_left; ++n) {
        put(out_re[n], factor * rho_re[n] * o_re[n]);
      }
    } else {
      const double* rho_im = elements_.column(1, weights, m);
      const double* o_im = elements_.column(1, observed, m);
      for (std::size_t n = 0; n < n_left; ++n) {
        put(out_re[n], factor * (rho_re[n] * o_re[n] + rho_im[n] * o_im[n]));
        put(out_im[n], factor * (rho_im[n] * o_re[n] - rho_re[n] * o_im[n]));
      }
    }
    adds = true;
  }
}

/// Fills stacked_ with the products rho_nm conj(O_nm) of each curve, and with those times
/// (eps_n - eps_m) for its rate. Within one panel all of G is there, and the rates follow from the
/// same product as the values. Adds to the curvatures. Returns the number of rows.
template <class T>
std::size_t EigenbasisSums<T>::stack_products(const Panel& left, const Panel& right, bool same) {
  constexpr std::size_t parts = MatrixElements<T>::parts;
  const std::size_t n_left = left.width();
  const std::size_t n_right = right.width();
  std::size_t rows = 0;
  for (const Curve& curve : curves_) {
    rows += curve.rows(same) * n_left;
  }
  grow(stacked_, rows * parts * n_right);

  // A column's elements of all operators stay in the cache for all curves.
  for (std::size_t m = 0; m < n_right; ++m) {
    std::size_t row = 0;
    for (const Curve& curve : curves_) {
      const bool values = same || curve.wants_value;
      const auto column = [&](std::size_t part, std::size_t an_operator) {
        return elements_.column(part, an_operator, m);
      };
      const double share_1 = curve.share_1;
      const double share_2 = curve.share_2;
      const double right_value = right.values[m];
      const double* rho_re = column(0, curve.weights);
      const double* h1_re = column(0, 0);
      const double* h2_re = column(0, 1);
      double* out_re = stacked_.data() + m * parts * rows + row;
      if (!curve.products.empty()) {
        sum_products(curve, m, n_left, out_re, out_re + rows);
      } else if constexpr (parts == 1) {
        for (std::size_t n = 0; n < n_left; ++n) {
          out_re[n] = rho_re[n] * (share_1 * h1_re[n] + share_2 * h2_re[n]);
        }
      } else {
        const double* rho_im = column(1, curve.weights);
        const double* h1_im = column(1, 0);
        const double* h2_im = column(1, 1);
        double* out_im = out_re + rows;
        for (std::size_t n = 0; n < n_left; ++n) {
          const double o_re = share_1 * h1_re[n] + share_2 * h2_re[n];
          const double o_im = share_1 * h1_im[n] + share_2 * h2_im[n];
          out_re[n] = rho_re[n] * o_re + rho_im[n] * o_im;
          out_im[n] = rho_im[n] * o_re - rho_re[n] * o_im;
        }
      }
      double curvature = 0.0;
      for (std::size_t n = 0; n < n_left; ++n) {
        const double gap = left.values[n] - right_value;
        curvature -= out_re[n] * gap * gap;
      }
      const auto index = static_cast<std::size_t>(&curve - curves_.data());
      sums_[first_curvature() + index] += same ? curvature : 2.0 * curvature;
      for (std::size_t part = 0; part < parts && !same && curve.wants_rate; ++part) {
        const double* value = out_re + part * rows;
        double* rate = stacked_.data() + (m * parts + part) * rows + row + (values ? n_left : 0);
        for (std::size_t n = 0; n < n_left; ++n) {
          rate[n] = value[n] * (left.values[n] - right_value);
        }
      }
      row += curve.rows(same) * n_left;
    }
  }
  return rows;
}

/// Adds Re and Im of conj(phase) W to the sums. Outside of a panel itself, a pair (n, m) and its
/// mirror (m, n) contribute the same.
template <class T>
void EigenbasisSums<T>::add_evolved(const Panel& left, bool same) {
  const std::size_t times = nodes_->nodes().size();
  const std::size_t n_left = left.width();
  const auto add_real = [times](std::span<double> sum, double factor, const double* phase,
                                const double* row) {
    for (std::size_t t = 0; t < times; ++t) {
      sum[t] += factor * (phase[t] * row[t] + phase[times + t] * row[times + t]);
    }
  };
  const auto add_imaginary = [times](std::span<double> sum, double factor, const double* phase,
                                     const double* row) {
    for (std::size_t t = 0; t < times; ++t) {
      sum[t] += factor * (phase[t] * row[times + t] - phase[times + t] * row[t]);
    }
  };
  const double* rows = evolved_.data();
  for (std::size_t c = 0; c < curves_.size(); ++c) {
    const bool values = curves_[c].wants_value;
    const bool rates = curves_[c].wants_rate;
    const double* rate_rows = values && rates && !same ? rows + 2 * times * n_left : rows;
    for (std::size_t n = 0; n < n_left; ++n) {
      const double* phase = left.phases.data() + 2 * times * n;
      if (values) {
        add_real(curve_sum(c, false), same ? 1.0 : 2.0, phase, rows + 2 * times * n);
      }
      if (rates) {
        add_imaginary(curve_sum(c, true), same ? 2.0 * left.values[n] : 2.0, phase,
                      rate_rows + 2 * times * n);
      }
    }
    rows = rate_rows + 2 * times * n_left;
  }
}

/// Adds sum_n rho_nn and sum_n eps_n rho_nn; elements_ must hold the panel's own.
template <class T>
void EigenbasisSums<T>::add_moments(const Panel& panel) {
  const std::size_t width = panel.width();
  double* moment = sums_.data() + curves_.size() * 2 * nodes_->nodes().size();
  for (std::size_t k = 0; k < initial_count_; ++k) {
    for (std::size_t n = 0; n < width; ++n) {
      const double occupation = elements_.column(0, system_count + k, n)[n];
      moment[2 * k] += occupation;
      moment[2 * k + 1] += occupation * panel.values[n];
    }
  }
}

template <class T>
std::span<const double> EigenbasisSums<T>::curve_sum(std::size_t curve, bool rate) const {
  const std::size_t length = nodes_->nodes().size();
  return std::span(sums_).subspan((2 * curve + (rate ? 1 : 0)) * length, length);
}

template <class T>
std::span<double> EigenbasisSums<T>::curve_sum(std::size_t curve, bool rate) {
  const std::size_t length = nodes_->nodes().size();
  return std::span(sums_).subspan((2 * curve + (rate ? 1 : 0)) * length, length);
}

template <class T>
const double* EigenbasisSums<T>::moments(std::size_t initial) const {
  return sums_.data() + curves_.size() * 2 * nodes_->nodes().size() + 2 * initial;
}

template <class T>
std::vector<double> EigenbasisSums<T>::energy(std::size_t initial, std::size_t system) const {
  return nodes_->at_times(curve_sum(first_curve_[initial] + system, false));
}

template <class T>
std::vector<double> EigenbasisSums<T>::rate(std::size_t initial, std::size_t system) const {
  return nodes_->at_times(curve_sum(first_curve_[initial] + system, true));
}

template <class T>
std::vector<double> EigenbasisSums<T>::heat_rate(std::size_t initial) const {
  return rate(initial, 0);
}

template <class T>
std::vector<double> EigenbasisSums<T>::second_moment(std::size_t initial, std::size_t index) const {
  auto values = nodes_->at_times(curve_sum(first_curve_[initial] + system_count + index, false));
  std::ranges::for_each(
      values, [start = second_at_start_[initial][index]](double& value) { value += start; });
  return values;
}

template <class T>
double EigenbasisSums<T>::curvature(std::size_t initial, std::size_t observed) const {
  return sums_[first_curvature() + first_curve_[initial] + observed];
}

template <class T>
std::optional<double> EigenbasisSums<T>::integrated_rate(std::size_t initial,
                                                         std::size_t observed) const {
  const auto weights = nodes_->quadrature();
  if (weights.empty()) {
    return std::nullopt;
  }
  return std::inner_product(weights.begin(), weights.end(),
                            curve_sum(first_curve_[initial] + observed, true).begin(), 0.0);
}

template <class T>
double EigenbasisSums<T>::trace(std::size_t initial) const {
  return moments(initial)[0];
}

template <class T>
double EigenbasisSums<T>::total_energy(std::size_t initial) const {
  return moments(initial)[1];
}

template class EigenbasisSums<double>;
template class EigenbasisSums<Complex>;

}  // namespace rmtheat::dynamics
