#include "rmtheat/dynamics/eigenbasis_sums.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <type_traits>

#include "rmtheat/linalg/blas.hpp"

namespace rmtheat::dynamics {
namespace {

using linalg::Operation;
using Complex = std::complex<double>;

constexpr std::size_t system_count = 2;

template <class T>
T conjugate(T x) {
  if constexpr (std::is_same_v<T, double>) {
    return x;
  } else {
    return std::conj(x);
  }
}

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
  operators_.assign(system_energies.begin(), system_energies.end());
  curves_.clear();
  first_curve_.clear();
  for (std::size_t k = 0; k < initial.size(); ++k) {
    operators_.push_back(initial[k].weights);
    first_curve_.push_back(curves_.size());
    if (initial[k].is_state) {
      curves_.push_back({k, 1.0, 0.0, true});
      curves_.push_back({k, 0.0, 1.0, true});
    } else {
      curves_.push_back({k, 1.0 - work_share_, -work_share_, false});
    }
  }
  sums_.assign(curves_.size() * 2 * nodes_->nodes().size() + initial.size() * 2, 0.0);
}

template <class T>
std::vector<double> EigenbasisSums<T>::phases_of(std::span<const double> values) const {
  std::vector<double> phases;
  phases.reserve(2 * values.size() * nodes_->nodes().size());
  for (const double value : values) {
    for (const double time : nodes_->nodes()) {
      phases.push_back(std::cos(value * time));
      phases.push_back(std::sin(value * time));
    }
  }
  return phases;
}

template <class T>
auto EigenbasisSums<T>::panels_of(const EigenColumns<T>& columns,
                                  const std::vector<double>& phases) const -> std::vector<Panel> {
  const std::span<const double> all_phases(phases);
  const std::size_t count = columns.values.size();
  const std::size_t times = nodes_->nodes().size();
  std::vector<Panel> panels;
  for (std::size_t first = 0; first < count; first += panel_width) {
    const std::size_t width = std::min(panel_width, count - first);
    panels.push_back({columns.vectors.subspan(first * dimension_, width * dimension_),
                      columns.values.subspan(first, width),
                      all_phases.subspan(2 * first * times, 2 * width * times)});
  }
  return panels;
}

template <class T>
void EigenbasisSums<T>::add_within(const EigenColumns<T>& columns) {
  const auto phases = phases_of(columns.values);
  const auto panels = panels_of(columns, phases);
  for (std::size_t right = 0; right < panels.size(); ++right) {
    scale_panel(panels[right]);
    for (std::size_t left = 0; left < right; ++left) {
      add_panels(panels[left], panels[right], false);
    }
    add_panels(panels[right], panels[right], true);
  }
}

template <class T>
void EigenbasisSums<T>::add_between(const EigenColumns<T>& left, const EigenColumns<T>& right) {
  const auto left_phases = phases_of(left.values);
  const auto right_phases = phases_of(right.values);
  const auto left_panels = panels_of(left, left_phases);
  for (const Panel& right_panel : panels_of(right, right_phases)) {
    scale_panel(right_panel);
    for (const Panel& left_panel : left_panels) {
      add_panels(left_panel, right_panel, false);
    }
  }
}

template <class T>
void EigenbasisSums<T>::scale_panel(const Panel& panel) {
  scaled_.resize(dimension_ * operators_.size() * panel.width());
  auto* out = scaled_.data();
  for (const Diagonal& diagonal : operators_) {
    for (std::size_t column = 0; column < panel.width(); ++column) {
      const T* in = panel.vectors.data() + column * dimension_;
      for (std::size_t a = 0; a < dimension_; ++a) {
        *out++ = diagonal[a] * in[a];
      }
    }
  }
}

/// Adds the pairs of one panel pair; scaled_ must hold the right panel's columns.
template <class T>
void EigenbasisSums<T>::add_panels(const Panel& left, const Panel& right, bool same) {
  const std::size_t n_left = left.width();
  const std::size_t n_right = right.width();
  const std::size_t block = n_left * n_right;

  elements_.resize(operators_.size() * block);
  linalg::gemm(Operation::adjoint, Operation::none, n_left, operators_.size() * n_right, dimension_,
               T(1), left.vectors.data(), dimension_, scaled_.data(), dimension_, T(0),
               elements_.data(), n_left);

  // Products rho_nm conj(O_nm), and those times (eps_n - eps_m) for the rates. Within one panel
  // all of G is there, and the rates follow from the same product as the values.
  std::size_t rows = 0;
  for (const Curve& curve : curves_) {
    rows += same || !curve.wants_value ? n_left : 2 * n_left;
  }
  stacked_.resize(rows * n_right);
  const T* h1 = elements_.data();
  const T* h2 = h1 + block;
  std::size_t row = 0;
  for (const Curve& curve : curves_) {
    const T* rho = elements_.data() + (system_count + curve.initial) * block;
    const bool values = same || curve.wants_value;
    const std::size_t rate_row = row + (values ? n_left : 0);
    for (std::size_t m = 0; m < n_right; ++m) {
      T* out = stacked_.data() + m * rows;
      for (std::size_t n = 0; n < n_left; ++n) {
        const std::size_t nm = m * n_left + n;
        const T g = rho[nm] * conjugate(curve.share_1 * h1[nm] + curve.share_2 * h2[nm]);
        if (values) {
          out[row + n] = g;
        }
        if (!same) {
          out[rate_row + n] = g * (left.values[n] - right.values[m]);
        }
      }
    }
    row = same ? rate_row : rate_row + n_left;
  }

  // W_nt = sum_m G_nm e^(i eps_m t), transposed so that time runs fastest and real G needs only
  // real arithmetic: (re, im) of a phase are then two rows of a real matrix.
  const std::size_t times = nodes_->nodes().size();
  evolved_.resize(2 * times * rows);
  if constexpr (std::is_same_v<T, double>) {
    linalg::gemm(Operation::none, Operation::transpose, 2 * times, rows, n_right, 1.0,
                 right.phases.data(), 2 * times, stacked_.data(), rows, 0.0, evolved_.data(),
                 2 * times);
  } else {
    // std::complex<double> is layout-compatible with double[2].
    const auto* phases = reinterpret_cast<const Complex*>(right.phases.data());
    auto* evolved = reinterpret_cast<Complex*>(evolved_.data());
    linalg::gemm(Operation::none, Operation::transpose, times, rows, n_right, Complex(1.0), phases,
                 times, stacked_.data(), rows, Complex(0.0), evolved, times);
  }

  row = 0;
  for (std::size_t c = 0; c < curves_.size(); ++c) {
    const bool values = same || curves_[c].wants_value;
    const auto value_sum = curve_sum(c, false);
    const auto rate_sum = curve_sum(c, true);
    for (std::size_t n = 0; n < n_left; ++n) {
      const double* phase = left.phases.data() + 2 * times * n;
      const double* value = evolved_.data() + 2 * times * (row + n);
      const double* rate = values && !same ? value + 2 * times * n_left : value;
      // Re and Im of conj(phase) W. A pair (n, m) and its mirror (m, n) contribute the same.
      if (same) {
        const double twice_energy = 2.0 * left.values[n];
        for (std::size_t t = 0; t < times; ++t) {
          const double cosine = phase[2 * t];
          const double sine = phase[2 * t + 1];
          value_sum[t] += cosine * value[2 * t] + sine * value[2 * t + 1];
          rate_sum[t] += twice_energy * (cosine * value[2 * t + 1] - sine * value[2 * t]);
        }
        continue;
      }
      for (std::size_t t = 0; t < times; ++t) {
        const double cosine = phase[2 * t];
        const double sine = phase[2 * t + 1];
        rate_sum[t] += 2.0 * (cosine * rate[2 * t + 1] - sine * rate[2 * t]);
      }
      if (values) {
        for (std::size_t t = 0; t < times; ++t) {
          value_sum[t] += 2.0 * (phase[2 * t] * value[2 * t] + phase[2 * t + 1] * value[2 * t + 1]);
        }
      }
    }
    row += n_left * (values && !same ? 2 : 1);
  }

  if (same) {
    add_moments(left);
  }
}

/// Adds sum_n rho_nn and sum_n eps_n rho_nn; elements_ must hold the panel's own block.
template <class T>
void EigenbasisSums<T>::add_moments(const Panel& panel) {
  const std::size_t width = panel.width();
  double* moment = sums_.data() + curves_.size() * 2 * nodes_->nodes().size();
  for (std::size_t k = 0; k + system_count < operators_.size(); ++k) {
    const T* rho = elements_.data() + (system_count + k) * width * width;
    for (std::size_t n = 0; n < width; ++n) {
      const double occupation = std::real(rho[n * (width + 1)]);
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
