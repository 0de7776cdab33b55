#include <algorithm>
#include <cmath>
#include <complex>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engines.hpp"
#include "rmtheat/dynamics/column_ring.hpp"
#include "rmtheat/dynamics/diagonalization_plan.hpp"
#include "rmtheat/dynamics/eigenbasis_sums.hpp"
#include "rmtheat/dynamics/engine.hpp"
#include "rmtheat/dynamics/hamiltonian.hpp"
#include "rmtheat/dynamics/product_basis.hpp"
#include "rmtheat/linalg/eigensolver.hpp"
#include "rmtheat/linalg/redistribute.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::dynamics {
namespace {

using linalg::BlockCyclic;
using linalg::DistributedMatrix;
using linalg::ProcessGrid;
using model::Experiment;
using model::Observable;

/// A solution is refused when an exact identity is off by more than this, relative to the
/// quantity's scale. Sound solutions keep to D times the rounding unit.
constexpr double identity_tolerance = 1e-9;

BlockCyclic eigensolver_layout(const parallel::Communicator& group,
                               const linalg::MatrixShape& shape) {
  return {ProcessGrid(group, shape.grid_rows, shape.grid_columns), shape.dimension, shape.dimension,
          shape.block_size};
}

/// H = U diag(eps) U^dagger once per realization, then every time and temperature from it. T is
/// double for the orthogonal ensemble, whose H is real, and complex for the unitary one.
template <class T>
class Diagonalization final : public Engine {
 public:
  Diagonalization(const Experiment& experiment, const parallel::Communicator& group,
                  const DiagonalizationPlan& plan)
      : experiment_(experiment),
        group_(group),
        layout_(eigensolver_layout(group, plan.shape)),
        solver_(layout_, plan.eigensolver),
        hamiltonian_(layout_),
        vectors_(layout_),
        sums_(experiment.times, experiment.work_share()) {
    if (layout_.grid().rows() > 1) {
      const BlockCyclic whole_columns(ProcessGrid::row_of_all(group), layout_.rows(),
                                      layout_.columns(), layout_.block_size());
      columns_.emplace(whole_columns);
    }
  }

  Trajectory propagate(std::uint64_t realization) override {
    auto disorder = model::draw_disorder(experiment_, realization);
    const auto energies = system_energies(disorder.levels);
    const auto initial = initial_operators(disorder.levels);

    fill_hamiltonian(hamiltonian_, experiment_.strength, disorder.coupling, energies);
    solver_.solve(hamiltonian_, values_, vectors_);
    if (columns_) {
      linalg::redistribute(vectors_, *columns_);
    }

    sums_.reset(energies, initial, values_.back() - values_.front());
    auto& vectors = columns_ ? *columns_ : vectors_;
    split_columns(vectors.local(), experiment_.dimension());
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
    check_solution(realization, disorder, energies, initial);
    return {std::move(disorder.levels), curves()};
  }

 private:
  /// The initial states of all temperature pairs, then their temperature biases.
  [[nodiscard]] std::vector<InitialOperator> initial_operators(
      const std::array<std::vector<double>, 2>& levels) const {
    std::vector<InitialOperator> operators;
    for (const auto& pair : experiment_.temperatures) {
      operators.push_back({initial_weights(levels, pair), true});
    }
    if (experiment_.with_conductance) {
      for (const auto& pair : experiment_.temperatures) {
        operators.push_back({temperature_bias(levels, pair.mean_beta()), false});
      }
    }
    return operators;
  }

  std::span<const double> own_values(const BlockCyclic& layout) {
    own_values_.clear();
    for (BlockCyclic::Index j = 0; j < layout.local_columns(); ++j) {
      own_values_.push_back(values_[static_cast<std::size_t>(layout.global_column(j))]);
    }
    return own_values_;
  }

  /// Identities that hold exactly at t = 0 and fail for wrong eigenvectors: the trace of the state,
  /// the energy of each system, and the total energy, sum_n eps_n rho_nn = sum_a p_a H_aa. Debian's
  /// ScaLAPACK 2.2.1 has been seen to return wrong vectors and report success.
  void check_solution(std::uint64_t realization, const model::Disorder& disorder,
                      const std::array<Diagonal, 2>& energies,
                      const std::vector<InitialOperator>& initial) const {
    const double scale = 1.0 + std::max(std::abs(values_.front()), std::abs(values_.back()));
    const auto require = [&](const char* what, double found, double exact) {
      if (!(std::abs(found - exact) <= identity_tolerance * scale)) {
        throw NumericalError(fmt::format(
            "Realization {}: {} is {:.12g} from the eigenvectors of H and {:.12g} exactly; the "
            "eigensolver's result is wrong.",
            realization, what, found, exact));
      }
    };
    for (std::size_t k = 0; k < experiment_.temperatures.size(); ++k) {
      const auto& weights = initial[k].weights;
      double total = 0.0;
      for (std::size_t a = 0; a < weights.size(); ++a) {
        total += weights[a] * (energies[0][a] + energies[1][a] +
                               experiment_.strength * disorder.coupling.element(a, a).real());
      }
      require("the trace of the state", sums_.trace(k), 1.0);
      require("the total energy", sums_.total_energy(k), total);
      for (std::size_t system = 0; system < energies.size(); ++system) {
        require("a system's initial energy", sums_.energy(k, system).front(),
                std::inner_product(weights.begin(), weights.end(), energies[system].begin(), 0.0));
      }
    }
  }

  [[nodiscard]] model::Curves curves() const {
    const auto& temperatures = experiment_.temperatures;
    model::Curves curves(temperatures.size(), experiment_.times.size());
    for (const auto observable : {Observable::energy_1, Observable::energy_2, Observable::current_1,
                                  Observable::current_2, Observable::interaction_energy}) {
      curves.add(observable);
    }
    if (experiment_.with_conductance) {
      curves.add(Observable::conductance);
    }
    for (std::size_t pair = 0; pair < temperatures.size(); ++pair) {
      const auto copy = [&](const std::vector<double>& from, Observable to) {
        std::ranges::copy(from, curves.curve(to, pair).begin());
      };
      const auto energy_1 = sums_.energy(pair, 0);
      const auto energy_2 = sums_.energy(pair, 1);
      copy(energy_1, Observable::energy_1);
      copy(energy_2, Observable::energy_2);
      copy(sums_.rate(pair, 0), Observable::current_1);
      copy(sums_.rate(pair, 1), Observable::current_2);
      const auto interaction = curves.curve(Observable::interaction_energy, pair);
      for (std::size_t t = 0; t < interaction.size(); ++t) {
        interaction[t] = sums_.total_energy(pair) - energy_1[t] - energy_2[t];
      }
      if (experiment_.with_conductance) {
        const double beta = temperatures[pair].mean_beta();
        const auto heat_rate = sums_.heat_rate(temperatures.size() + pair);
        std::ranges::transform(heat_rate, curves.curve(Observable::conductance, pair).begin(),
                               [beta](double rate) { return beta * beta * rate; });
      }
    }
    model::derive_heat_and_work(curves, temperatures, experiment_.work_share());
    return curves;
  }

  const Experiment& experiment_;
  const parallel::Communicator& group_;
  BlockCyclic layout_;
  linalg::HermitianEigensolver<T> solver_;
  DistributedMatrix<T> hamiltonian_;
  DistributedMatrix<T> vectors_;
  std::optional<DistributedMatrix<T>> columns_;  ///< whole columns, where the grid has several rows
  std::vector<double> values_;
  std::vector<double> own_values_;
  EigenbasisSums<T> sums_;
  RingBuffers<T> ring_buffers_;
};

}  // namespace

std::unique_ptr<Engine> make_diagonalization_engine(const Experiment& experiment,
                                                    const parallel::Communicator& group,
                                                    const SolverOptions& options) {
  const auto plan = plan_diagonalization(experiment.dimension(), group.size(), options);
  if (model::info(experiment.ensemble).real) {
    return std::make_unique<Diagonalization<double>>(experiment, group, plan);
  }
  return std::make_unique<Diagonalization<std::complex<double>>>(experiment, group, plan);
}

}  // namespace rmtheat::dynamics
