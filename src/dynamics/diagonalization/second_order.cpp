#include "rmtheat/dynamics/diagonalization/second_order.hpp"

#include <algorithm>
#include <cmath>

#include "rmtheat/model/observable/evolution.hpp"
#include "rmtheat/support/blas.hpp"

namespace rmtheat::dynamics {
namespace {

/// Pairs of energies so close that |w| t stays below this are summed as a power series in w t: as a
/// difference of products of phases they would lose all digits.
constexpr double close = 0.05;

std::vector<std::size_t> states_of(const linalg::BlockCyclic& layout, bool rows) {
  std::vector<std::size_t> states;
  const auto count = rows ? layout.local_rows() : layout.local_columns();
  for (linalg::BlockCyclic::Index k = 0; k < count; ++k) {
    const linalg::LocalIndex local(k);
    states.push_back((rows ? layout.global_row(local) : layout.global_column(local)).offset());
  }
  return states;
}

}  // namespace

SecondOrder::SecondOrder(std::vector<double> times, double work_share)
    : times_(std::move(times)), shares_(model::heat_shares(work_share)) {}

void SecondOrder::set_curves(const std::array<Diagonal, 2>& energies,
                             const std::vector<InitialOperator>& initial) {
  curves_.clear();
  first_curve_.clear();
  for (const auto& an_operator : initial) {
    first_curve_.push_back(curves_.size());
    if (an_operator.is_state) {
      curves_.push_back({&an_operator.weights, energies[0]});
      curves_.push_back({&an_operator.weights, energies[1]});
      if (an_operator.with_second_moments) {
        curves_.push_back({&an_operator.weights, energies[0], energies[0]});
        curves_.push_back({&an_operator.weights, energies[0], energies[1]});
        curves_.push_back({&an_operator.weights, energies[1], energies[1]});
      }
      continue;
    }
    Diagonal heat(energies[0].size());
    std::ranges::transform(energies[0], energies[1], heat.begin(), [this](double e1, double e2) {
      return shares_[0] * e1 + shares_[1] * e2;
    });
    curves_.push_back({&an_operator.weights, std::move(heat)});
  }
}

std::vector<double> SecondOrder::phases(std::span<const std::size_t> states) const {
  const std::size_t count = nodes_->nodes().size();
  std::array<std::vector<double>, 2> of_level;  // (N, 2, nodes)
  for (std::size_t system = 0; system < 2; ++system) {
    of_level[system].resize(levels_[system].size() * 2 * count);
    for (std::size_t k = 0; k < levels_[system].size(); ++k) {
      nodes_->phases(levels_[system][k],
                     std::span(of_level[system]).subspan(2 * count * k, 2 * count));
    }
  }
  std::vector<double> result(states.size() * 2 * count);
  double* cosines = result.data();
  double* sines = cosines + states.size() * count;
  for (std::size_t k = 0; k < states.size(); ++k) {
    const double* first = of_level[0].data() + states[k] / levels_[1].size() * 2 * count;
    const double* second = of_level[1].data() + states[k] % levels_[1].size() * 2 * count;
    for (std::size_t t = 0; t < count; ++t) {
      cosines[t * states.size() + k] = first[t] * second[t] - first[count + t] * second[count + t];
      sines[t * states.size() + k] = first[count + t] * second[t] + first[t] * second[count + t];
    }
  }
  return result;
}

void SecondOrder::add_panel(const Panel& panel, const Diagonal& total_energy) {
  const auto& nodes = nodes_->nodes();
  const std::size_t count = nodes.size();
  const auto rows = static_cast<std::int64_t>(panel.rows);
  weighted_.resize(panel.rows * panel.columns);
  product_.resize(panel.rows * 2 * count);
  for (std::size_t c = 0; c < curves_.size(); ++c) {
    const auto& weights = *curves_[c].weights;
    const auto& observed = curves_[c].observed;
    const auto& other = curves_[c].other;
    std::array<double, 3> series{};  // of sin(wt)/w: sums of 1, w^2, w^4
    for (std::size_t j = 0; j < panel.columns; ++j) {
      const std::size_t b = columns_[panel.first_column + j];
      for (std::size_t i = 0; i < panel.rows; ++i) {
        const std::size_t a = rows_[panel.first_row + i];
        const std::size_t at = j * panel.rows + i;
        const double w = total_energy[a] - total_energy[b];
        // Both directions at once.
        const double weight = other.empty() ? weights[a] - weights[b]
                                            : (weights[a] + weights[b]) * (other[b] - other[a]);
        const double term = 2.0 * excess_[at] * weight * (observed[b] - observed[a]);
        if (std::abs(w) * times_.back() < close) {
          series[0] += term;
          series[1] += term * w * w;
          series[2] += term * w * w * w * w;
          weighted_[at] = 0.0;
        } else {
          weighted_[at] = term / w;
        }
      }
    }
    // sin((e_a - e_b) t) of all pairs and times.
    blas::gemm(blas::Operation::none, blas::Operation::none, rows,
               static_cast<std::int64_t>(2 * count), static_cast<std::int64_t>(panel.columns), 1.0,
               weighted_.data(), rows, column_phases_.data() + panel.first_column,
               static_cast<std::int64_t>(columns_.size()), 0.0, product_.data(), rows);
    for (std::size_t t = 0; t < count; ++t) {
      const double* cosines = row_phases_.data() + t * rows_.size() + panel.first_row;
      const double* sines = cosines + count * rows_.size();
      const double* with_cosines = product_.data() + t * panel.rows;
      const double* with_sines = with_cosines + count * panel.rows;
      double sum = 0.0;
      for (std::size_t i = 0; i < panel.rows; ++i) {
        sum += sines[i] * with_cosines[i] - cosines[i] * with_sines[i];
      }
      const double square = nodes[t] * nodes[t];
      sums_[c * count + t] +=
          sum + nodes[t] * (series[0] - square / 6.0 * (series[1] - square / 20.0 * series[2]));
    }
  }
}

template <linalg::Scalar T>
void SecondOrder::reset(const linalg::DistributedMatrix<T>& hamiltonian, double strength,
                        const Moments& moments, const model::SystemLevels& levels,
                        const std::array<Diagonal, 2>& energies,
                        const std::vector<InitialOperator>& initial) {
  Diagonal total_energy(energies[0].size());
  std::ranges::transform(energies[0], energies[1], total_energy.begin(), std::plus());
  const auto [low, high] = std::ranges::minmax(total_energy);
  if (levels != levels_) {  // most ensembles have one set of levels
    levels_ = levels;
    nodes_.emplace(times_, high - low, node_excess);
    rows_ = states_of(hamiltonian.layout(), true);
    columns_ = states_of(hamiltonian.layout(), false);
    row_phases_ = phases(rows_);
    column_phases_ = phases(columns_);
  }
  set_curves(energies, initial);
  sums_.assign(curves_.size() * nodes_->nodes().size(), 0.0);
  for (std::size_t first = 0; first < columns_.size(); first += panel_width) {
    Panel panel;
    panel.first_column = first;
    panel.columns = std::min(panel_width, columns_.size() - first);
    panel.first_row =
        static_cast<std::size_t>(std::ranges::upper_bound(rows_, columns_[first]) - rows_.begin());
    panel.rows = rows_.size() - panel.first_row;
    if (panel.rows == 0) {
      continue;
    }
    excess_.resize(panel.rows * panel.columns);
    for (std::size_t j = 0; j < panel.columns; ++j) {
      const std::size_t b = columns_[first + j];
      const T* elements = hamiltonian.data() + (first + j) * rows_.size() + panel.first_row;
      for (std::size_t i = 0; i < panel.rows; ++i) {
        const std::size_t a = rows_[panel.first_row + i];
        excess_[j * panel.rows + i] =
            a > b ? std::norm(elements[i]) - strength * strength * moments(a, b) : 0.0;
      }
    }
    add_panel(panel, total_energy);
  }
}

std::span<const double> SecondOrder::sum(std::size_t initial, std::size_t observed) const {
  const std::size_t count = nodes_->nodes().size();
  return std::span(sums_).subspan((first_curve_[initial] + observed) * count, count);
}

std::vector<double> SecondOrder::energy(std::size_t initial, std::size_t system) const {
  return nodes_->integrals(sum(initial, system));
}

std::vector<double> SecondOrder::rate(std::size_t initial, std::size_t system) const {
  return nodes_->at_times(sum(initial, system));
}

std::vector<double> SecondOrder::second_moment(std::size_t initial, std::size_t index) const {
  return energy(initial, 2 + index);
}

std::vector<double> SecondOrder::heat_rate(std::size_t initial) const {
  return nodes_->at_times(sum(initial, 0));
}

template void SecondOrder::reset(const linalg::DistributedMatrix<double>&, double, const Moments&,
                                 const model::SystemLevels&, const std::array<Diagonal, 2>&,
                                 const std::vector<InitialOperator>&);
template void SecondOrder::reset(const linalg::DistributedMatrix<std::complex<double>>&, double,
                                 const Moments&, const model::SystemLevels&,
                                 const std::array<Diagonal, 2>&,
                                 const std::vector<InitialOperator>&);

}  // namespace rmtheat::dynamics
