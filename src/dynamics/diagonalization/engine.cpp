#include "rmtheat/dynamics/engine.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "evolutions.hpp"
#include "rmtheat/dynamics/diagonalization/column_ring.hpp"
#include "rmtheat/dynamics/diagonalization/eigenbasis_sums.hpp"
#include "rmtheat/dynamics/diagonalization/hamiltonian.hpp"
#include "rmtheat/dynamics/diagonalization/populations.hpp"
#include "rmtheat/dynamics/diagonalization/second_order.hpp"
#include "rmtheat/dynamics/energy_distribution.hpp"
#include "rmtheat/dynamics/product_basis.hpp"
#include "rmtheat/linalg/eigensolver/eigensolver.hpp"
#include "rmtheat/linalg/redistribute.hpp"
#include "rmtheat/linalg/split_columns.hpp"
#include "rmtheat/model/observable/table.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::dynamics {
namespace {

using linalg::BlockCyclic;
using linalg::DistributedMatrix;
using linalg::ProcessGrid;
using model::Experiment;

BlockCyclic eigensolver_layout(const parallel::Communicator& group,
                               const linalg::MatrixShape& shape) {
  return {ProcessGrid(group, shape.grid_rows, shape.grid_columns), shape.dimension, shape.dimension,
          shape.block_size};
}

/// H = U diag(eps) U^dagger once per realization, then every time and temperature from it. T is
/// double for real couplings, whose H is real, and complex for others.
template <class T>
class Diagonalization final : public Engine {
 public:
  Diagonalization(const Experiment& experiment, const parallel::Communicator& group,
                  const DiagonalizationPlan& plan)
      : experiment_(experiment),
        group_(group),
        noise_reduction_(plan.noise_reduction),
        control_(plan.control),
        layout_(eigensolver_layout(group, plan.shape)),
        solver_(layout_, plan.eigensolver, plan.tridiagonalization),
        hamiltonian_(layout_),
        vectors_(layout_),
        sums_(experiment.times, experiment.work_share()),
        second_order_(experiment.times, experiment.work_share()),
        distribution_(experiment, {0, experiment.dimension()}) {
    if (layout_.grid().rows() > 1) {
      const BlockCyclic whole_columns(ProcessGrid::row_of_all(group), layout_.rows(),
                                      layout_.columns(), layout_.block_size());
      columns_.emplace(whole_columns);
    }
  }

  Trajectory propagate(std::uint64_t realization) override {
    auto levels = model::draw_levels(experiment_, realization);
    const auto centred = model::centred(levels);
    const auto coupling = experiment_.coupling->draw(levels, experiment_.seed, realization);
    const Disorder disorder = {realization,
                               levels,
                               centred,
                               *coupling,
                               system_energies(centred.levels),
                               initial_operators(levels, centred.levels)};

    distribution_.reset(levels);
    auto evolutions = evolve(disorder, experiment_.strength);
    model::Curves raw;
    if (noise_reduction_ != NoiseReduction::none) {
      raw = observe(evolutions);
    }
    // The second order is that of V and -V alike, so it is subtracted once.
    if (has_pairs(noise_reduction_)) {
      const auto mirrored = evolve(disorder, -experiment_.strength);
      for (std::size_t k = 0; k < evolutions.size(); ++k) {
        halve_with(evolutions[k], mirrored[k]);
      }
    }
    if (has_control(noise_reduction_)) {
      for (std::size_t k = 0; k < evolutions.size(); ++k) {
        subtract_known_orders(evolutions[k], k, disorder);
      }
    }
    return {.levels = std::move(levels),
            .curves = observe(evolutions),
            .raw = std::move(raw),
            .distributions = distribution_.curves()};
  }

 private:
  struct Disorder {
    std::uint64_t realization;
    const model::SystemLevels& levels;
    const model::CentredLevels& centred;
    const model::Coupling& coupling;
    std::array<Diagonal, 2> energies;      ///< centred, of each product state
    std::vector<InitialOperator> initial;  ///< of all temperature pairs, then their biases
  };

  /// By the eigenvectors of H_1 + H_2 + `strength` V.
  std::vector<model::Evolution> evolve(const Disorder& disorder, double strength) {
    const auto& [realization, levels, centred, coupling, energies, initial] = disorder;
    fill_hamiltonian(hamiltonian_, strength, coupling, energies);
    auto exact_curvatures = initial_curvatures(hamiltonian_, energies, initial);
    group_.all_reduce(std::span(exact_curvatures), parallel::Reduction::sum);
    if (has_control(noise_reduction_) && !std::signbit(strength)) {
      second_order_.reset(
          hamiltonian_, strength,
          [&](std::size_t a, std::size_t b) {
            return experiment_.coupling->second_moment(a, b, disorder.levels);
          },
          centred.levels, energies, initial);
      group_.all_reduce(second_order_.raw(), parallel::Reduction::sum);
    }
    solver_.solve(hamiltonian_, values_, vectors_);
    if (columns_) {
      linalg::redistribute(vectors_, *columns_);
    }

    sums_.reset(energies, initial, values_.back() - values_.front());
    auto& vectors = columns_ ? *columns_ : vectors_;
    add_populations(disorder, vectors);
    linalg::split_columns(vectors.local(), experiment_.dimension());
    // H is destroyed, and the vectors where they were copied: their memory serves the columns that
    // travel.
    ring_buffers_.vectors[0] = hamiltonian_.lend_storage();
    if (columns_) {
      ring_buffers_.vectors[1] = vectors_.lend_storage();
    }
    add_all_pairs(group_, EigenColumns<T>{vectors.local(), own_values(vectors.layout())},
                  experiment_.dimension(), sums_, ring_buffers_);
    hamiltonian_.return_storage(std::move(ring_buffers_.vectors[0]));
    if (columns_) {
      vectors_.return_storage(std::move(ring_buffers_.vectors[1]));
    }
    group_.all_reduce(sums_.raw(), parallel::Reduction::sum);
    check_solution(disorder, strength, exact_curvatures);
    return evolutions(centred.means);
  }

  /// Half of them where V and -V are both propagated.
  void add_populations(const Disorder& disorder, const DistributedMatrix<T>& vectors) {
    const double factor = has_pairs(noise_reduction_) ? 0.5 : 1.0;
    std::vector<Diagonal> initial;
    for (std::size_t state = 0; state < experiment_.states.size(); ++state) {
      initial.push_back(disorder.initial[state].weights);
    }
    const std::size_t dimension = experiment_.dimension();
    for (std::size_t t = 0; t < experiment_.distribution_times.size(); ++t) {
      const auto all = populations<T>(group_, vectors.local(), own_values(vectors.layout()),
                                      dimension, experiment_.distribution_times[t], initial);
      for (std::size_t state = 0; state < initial.size(); ++state) {
        const auto own = std::span(all).subspan(state * dimension, dimension);
        const double sum = std::reduce(own.begin(), own.end());
        if (!(std::abs(sum - 1.0) <= identity_tolerance)) {
          throw NumericalError(fmt::format(
              "Realization {}: the populations add up to {:.12g}; the eigensolver's result is "
              "wrong.",
              disorder.realization, sum));
        }
        distribution_.add(state, t, own, factor);
      }
    }
  }

  static void halve_with(model::Evolution& evolution, const model::Evolution& other) {
    evolution.add(evolution, -0.5);
    evolution.add(other, 0.5);
    set_interaction(evolution);
  }

  /// And what the total energy has at first order, lambda sum_a p_a V_aa.
  void subtract_known_orders(model::Evolution& evolution, std::size_t pair,
                             const Disorder& disorder) const {
    const auto& weights = disorder.initial[pair].weights;
    evolution.total_energy = 0.0;
    for (const auto& energy : disorder.energies) {
      evolution.total_energy +=
          std::inner_product(weights.begin(), weights.end(), energy.begin(), 0.0);
    }
    const auto& [energy, rate, conductance, second_moment] = control_[pair];
    const auto subtract = [](std::vector<double>& values, const std::vector<double>& control,
                             const std::vector<double>& coefficients, double factor) {
      for (std::size_t t = 0; t < values.size(); ++t) {
        values[t] -= factor * coefficients[t] * control[t];
      }
    };
    for (std::size_t system = 0; system < 2; ++system) {
      subtract(evolution.energy[system], second_order_.energy(pair, system), energy, 1.0);
      subtract(evolution.rate[system], second_order_.rate(pair, system), rate, 1.0);
    }
    set_interaction(evolution);
    for (std::size_t k = 0; k < 3 && experiment_.with_statistics; ++k) {
      subtract(evolution.second_moments[k], second_order_.second_moment(pair, k), second_moment,
               1.0);
    }
    if (experiment_.with_conductance) {
      const double beta = model::mean_beta(evolution.betas.value());
      subtract(evolution.conductance, second_order_.heat_rate(experiment_.states.size() + pair),
               conductance, beta * beta);
    }
  }

  [[nodiscard]] model::Curves observe(const std::vector<model::Evolution>& evolutions) const {
    return model::observe(evolutions, experiment_.times.size(), experiment_.work_share());
  }

  /// The initial states of all temperature pairs, then their temperature biases.
  [[nodiscard]] std::vector<InitialOperator> initial_operators(
      const std::array<std::vector<double>, 2>& levels,
      const std::array<std::vector<double>, 2>& centred_levels) const {
    std::vector<InitialOperator> operators;
    for (const auto& state : experiment_.states) {
      operators.push_back({initial_weights(levels, *state), true, experiment_.with_statistics});
    }
    if (experiment_.with_conductance) {
      for (const auto& state : experiment_.states) {
        const double beta = model::mean_beta(state->betas().value());
        operators.push_back({temperature_bias(centred_levels, beta), false});
      }
    }
    return operators;
  }

  std::span<const double> own_values(const BlockCyclic& layout) {
    own_values_.clear();
    for (BlockCyclic::Index j = 0; j < layout.local_columns(); ++j) {
      own_values_.push_back(values_[layout.global_column(linalg::LocalIndex(j)).offset()]);
    }
    return own_values_;
  }

  /// Identities that hold exactly and fail for wrong eigenvectors or sums: at t = 0 the trace of
  /// the state, the energy of each system, the total energy, sum_n eps_n rho_nn = sum_a p_a H_aa,
  /// so that the interaction energy is lambda sum_a p_a V_aa, no current, and the slope of each
  /// current; at later times that the currents add up to what the energies gained. Debian's
  /// ScaLAPACK 2.2.1 has been seen to return wrong vectors and report success.
  /// `exact_curvatures` as initial_curvatures() orders them.
  void check_solution(const Disorder& disorder, double strength,
                      const std::vector<double>& exact_curvatures) const {
    const auto& energies = disorder.energies;
    const auto& initial = disorder.initial;
    const double scale = std::max(std::abs(values_.front()), std::abs(values_.back()));
    const auto require = [&](const char* what, double found, double exact, double unit) {
      if (!(std::abs(found - exact) <= identity_tolerance * unit)) {
        throw NumericalError(fmt::format(
            "Realization {}: {} is {:.12g} from the eigenvectors of H and {:.12g} exactly; the "
            "eigensolver's result is wrong.",
            disorder.realization, what, found, exact));
      }
    };
    for (std::size_t k = 0; k < experiment_.states.size(); ++k) {
      const auto& weights = initial[k].weights;
      double total = 0.0;
      for (std::size_t a = 0; a < weights.size(); ++a) {
        total += weights[a] * (energies[0][a] + energies[1][a] +
                               strength * disorder.coupling.element(a, a).real());
      }
      require("the trace of the state", sums_.trace(k), 1.0, 1.0);
      require("the total energy", sums_.total_energy(k), total, scale);
      for (std::size_t system = 0; system < energies.size(); ++system) {
        const auto energy = sums_.energy(k, system);
        require("a system's initial energy", energy.front(),
                std::inner_product(weights.begin(), weights.end(), energies[system].begin(), 0.0),
                scale);
        require("a system's initial current", sums_.rate(k, system).front(), 0.0, scale * scale);
        require("the slope of a system's initial current", sums_.curvature(k, system),
                exact_curvatures[2 * k + system], scale * scale * scale);
        if (const auto gain = sums_.integrated_rate(k, system)) {
          require("the integral of a system's current", *gain, energy.back() - energy.front(),
                  scale * (1.0 + scale * experiment_.times.back()));
        }
      }
      for (std::size_t index = 0; index < 3 && initial[k].with_second_moments; ++index) {
        require("an initial second moment", sums_.second_moment(k, index).front(), 0.0,
                scale * scale);
        require("the curvature of an initial second moment", sums_.curvature(k, 2 + index),
                exact_curvatures[2 * initial.size() + 3 * k + index],
                scale * scale * scale * scale);
      }
    }
    for (std::size_t k = experiment_.states.size(); k < initial.size(); ++k) {
      // The bias has the units of an energy.
      const double unit = scale * scale * scale;
      require("the initial conductance", sums_.heat_rate(k).front(), 0.0, unit);
      require("the slope of the initial conductance", sums_.curvature(k, 0),
              model::heat_current(experiment_.work_share(), exact_curvatures[2 * k],
                                  exact_curvatures[2 * k + 1]),
              unit * scale);
    }
  }

  [[nodiscard]] std::vector<model::Evolution> evolutions(
      const std::array<double, 2>& offset) const {
    const std::size_t pairs = experiment_.states.size();
    std::vector<model::Evolution> evolutions(pairs);
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      auto& evolution = evolutions[pair];
      evolution.betas = experiment_.states[pair]->betas();
      evolution.offset = offset;
      for (std::size_t system = 0; system < 2; ++system) {
        evolution.energy[system] = sums_.energy(pair, system);
        evolution.rate[system] = sums_.rate(pair, system);
      }
      evolution.total_energy = sums_.total_energy(pair);
      set_interaction(evolution);
      for (std::size_t k = 0; k < 3 && experiment_.with_statistics; ++k) {
        evolution.second_moments[k] = sums_.second_moment(pair, k);
      }
      if (experiment_.with_conductance) {
        evolution.conductance.resize(experiment_.times.size());
        add_conductance(evolution, sums_.heat_rate(pairs + pair),
                        model::mean_beta(evolution.betas.value()), 1.0);
      }
    }
    return evolutions;
  }

  const Experiment& experiment_;
  const parallel::Communicator& group_;
  NoiseReduction noise_reduction_;
  std::vector<ControlCoefficients> control_;
  BlockCyclic layout_;
  linalg::HermitianEigensolver<T> solver_;
  DistributedMatrix<T> hamiltonian_;
  DistributedMatrix<T> vectors_;
  std::optional<DistributedMatrix<T>> columns_;  ///< whole columns, where the grid has several rows
  std::vector<double> values_;
  std::vector<double> own_values_;
  EigenbasisSums<T> sums_;
  SecondOrder second_order_;
  EnergyDistribution distribution_;
  RingBuffers<T> ring_buffers_;
};

}  // namespace

std::unique_ptr<Engine> make_diagonalization_engine(const Experiment& experiment,
                                                    const parallel::Communicator& group,
                                                    const DiagonalizationPlan& plan) {
  if (experiment.coupling->is_real()) {
    return std::make_unique<Diagonalization<double>>(experiment, group, plan);
  }
  return std::make_unique<Diagonalization<std::complex<double>>>(experiment, group, plan);
}

}  // namespace rmtheat::dynamics
