#include "rmtheat/dynamics/engine.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <memory>
#include <numeric>
#include <span>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "evolutions.hpp"
#include "rmtheat/dynamics/lanczos/chain.hpp"
#include "rmtheat/dynamics/lanczos/coupling.hpp"
#include "rmtheat/dynamics/lanczos/krylov_model.hpp"
#include "rmtheat/dynamics/lanczos/random_state.hpp"
#include "rmtheat/dynamics/product_basis.hpp"
#include "rmtheat/model/observable/table.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::dynamics {
namespace {

using model::Evolution;
using model::Experiment;

/// Chains of one temperature pair: the initial state, then the positive and the negative part of
/// its temperature bias.
enum class ChainOf : std::uint64_t { state, positive_bias, negative_bias };
constexpr std::uint64_t chains_per_pair = 3;

template <class T>
std::unique_ptr<LanczosCoupling<T>> coupling_for(const Experiment& experiment,
                                                 const parallel::Communicator& group, RowRange slab,
                                                 CouplingStorage storage) {
  if (storage == CouplingStorage::stored || experiment.coupling->has_product()) {
    return std::make_unique<DrawnCoupling<T>>(group, experiment, slab, storage);
  }
  if (!experiment.coupling->is_invariant()) {
    throw std::invalid_argument("make_lanczos_engine: this coupling cannot be drawn as it is used");
  }
  return std::make_unique<SampledCoupling<T>>(experiment.dimension(), slab, experiment.seed);
}

/// The positive (sign 1) or negative (sign -1) part of a diagonal operator.
Diagonal part_of(const Diagonal& diagonal, double sign) {
  Diagonal part(diagonal.size());
  std::ranges::transform(diagonal, part.begin(),
                         [sign](double value) { return std::max(0.0, sign * value); });
  return part;
}

/// Evolves random pure states whose average is the initial state, by Lanczos recursions. T is
/// double for real couplings and complex for others.
///
/// Each temperature pair takes a chain of its own, and its conductance two more: the bias of the
/// initial state towards a temperature difference is no state, but its positive and its negative
/// part are, and the conductance is the difference of their heat currents. Second moments take the
/// like of p E_1 and of p E_2, four more chains.
///
/// Pairs: each chain is run at lambda and at -lambda with the same random numbers, and the mean of
/// the two is taken. A stored coupling is the same matrix with both signs. A sampled one is drawn
/// in each chain's own basis, which differs from the second vector on: there it is the Gaussian
/// vectors g that change sign (antithetic variates), not V. V and -V are equal in law, and so are g
/// and -g, hence each of the two is a chain of the ensemble. A chain is a smooth function of
/// lambda V or of lambda g: all odd orders cancel in the mean, lambda/sqrt(D) of every average
/// among them, and lambda^2/sqrt(D) remains, somewhat less of it for sampled couplings.
template <class T>
class Lanczos final : public Engine {
 public:
  Lanczos(const Experiment& experiment, const parallel::Communicator& group,
          const SolverOptions& options)
      : experiment_(experiment),
        group_(group),
        work_share_(experiment.work_share()),
        slab_(slab_of(experiment.dimension(), group.rank(), group.size())),
        energies_{Diagonal(slab_.count), Diagonal(slab_.count)},
        coupling_(coupling_for<T>(experiment, group, slab_, options.coupling)),
        chain_(group, energies_, experiment.dimension(), *coupling_),
        strengths_{experiment.strength},
        limits_{experiment.times, options.tolerance} {
    if (options.noise_reduction == NoiseReduction::pairs && experiment.strength > 0.0) {
      strengths_.push_back(-experiment.strength);
    }
  }

  Trajectory propagate(std::uint64_t realization) override {
    auto levels = model::draw_levels(experiment_, realization);
    const auto centred = model::centred(levels);
    energies_ = system_energies(centred.levels, slab_);
    longest_ = {};
    std::vector<Evolution> evolutions;
    for (std::size_t pair = 0; pair < experiment_.states.size(); ++pair) {
      const auto& state = *experiment_.states[pair];
      const auto weights = initial_weights(levels, state, slab_);
      const auto products =
          experiment_.with_statistics ? energy_products(energies_) : std::array<Diagonal, 3>{};
      evolutions.push_back(
          evolve_chain(realization, chain_of(pair, ChainOf::state), weights,
                       std::span(products).first(experiment_.with_statistics ? 3 : 0)));
      auto& evolution = evolutions.back();
      check_start(realization, evolution, weights);
      evolution.betas = state.betas();
      evolution.offset = centred.means;
      set_interaction(evolution);
      if (experiment_.with_statistics) {
        complete_second_moments(realization, pair, weights, evolution);
      }
      if (!experiment_.with_conductance) {
        continue;
      }
      const double beta = model::mean_beta(state.betas().value());
      const auto bias = temperature_bias(centred.levels, beta, slab_);
      evolution.conductance.resize(experiment_.times.size());
      for (const auto& [part, sign] :
           {std::pair(ChainOf::positive_bias, 1.0), std::pair(ChainOf::negative_bias, -1.0)}) {
        const auto averages =
            evolve_chain(realization, chain_of(pair, part), part_of(bias, sign), {});
        add_conductance(evolution, model::heat_current(work_share_, averages.rate), beta, sign);
      }
    }
    return {std::move(levels),
            model::observe(evolutions, experiment_.times.size(), work_share_),
            {{Diagnostic::lanczos_vectors, static_cast<double>(longest_.vectors)},
             {Diagnostic::lanczos_tail, longest_.tail},
             {Diagnostic::lanczos_orthogonality, longest_.orthogonality}}};
  }

 private:
  /// What holds exactly at t = 0: the energies are those of the initial state, whatever the phases,
  /// and no current flows in a real state, nor in the mean over both signs of the coupling. (The
  /// current of a single complex state is random from the start.)
  void check_start(std::uint64_t realization, const Evolution& evolution,
                   const Diagonal& weights) const {
    double scale = 2.0 * experiment_.strength;
    for (const auto& energies : energies_) {
      scale += group_.max(std::accumulate(
          energies.begin(), energies.end(), 0.0,
          [](double largest, double energy) { return std::max(largest, std::abs(energy)); }));
    }
    const auto require = [&](const char* what, double found, double exact, double unit) {
      if (!(std::abs(found - exact) <= identity_tolerance * unit)) {
        throw NumericalError(fmt::format(
            "Realization {}: {} is {:.12g} from the Lanczos vectors and {:.12g} exactly; the "
            "recursion's result is wrong.",
            realization, what, found, exact));
      }
    };
    for (std::size_t system = 0; system < 2; ++system) {
      require("a system's initial energy", evolution.energy[system].front(),
              group_.sum(std::inner_product(weights.begin(), weights.end(),
                                            energies_[system].begin(), 0.0)),
              scale);
      if (std::is_same_v<T, double> || strengths_.size() > 1) {
        require("a system's initial current", evolution.rate[system].front(), 0.0, scale * scale);
      }
    }
  }

  static std::uint64_t chain_of(std::size_t pair, ChainOf part) {
    return chains_per_pair * pair + static_cast<std::uint64_t>(part);
  }

  /// Subtracts what p E_1 and p E_2 evolve into from <E_i E_j>(t) - <E_i E_j>(0). Energies are
  /// taken from their averages, so that both parts are small.
  void complete_second_moments(std::uint64_t realization, std::size_t pair, const Diagonal& weights,
                               Evolution& evolution) {
    // After those of all pairs, so that no other chain depends on the statistics.
    std::uint64_t chain = chains_per_pair * experiment_.states.size() + 4 * pair;
    const Evolution state = evolution;
    for (std::size_t i = 0; i < 2; ++i) {
      const double mean = evolution.energy[i].front();
      Diagonal weighted(weights.size());
      std::ranges::transform(weights, energies_[i], weighted.begin(),
                             [mean](double p, double energy) { return p * (energy - mean); });
      subtract_weighted(evolution, i, state, mean);
      for (const double sign : {1.0, -1.0}) {
        subtract_weighted(evolution, i,
                          evolve_chain(realization, chain++, part_of(weighted, sign), {}), sign);
      }
    }
  }

  Evolution evolve_chain(std::uint64_t realization, std::uint64_t chain, const Diagonal& weights,
                         std::span<const Diagonal> observables) {
    const auto state = random_phase_state<T>(
        weights, slab_, PhiloxStream(experiment_.seed, realization, Stream::state), chain);
    coupling_->start(realization, chain);
    Evolution averages(experiment_.times.size());
    if (!observables.empty()) {
      averages.second_moments.fill(std::vector<double>(experiment_.times.size()));
    }
    for (const double strength : strengths_) {
      averages.add(evolve(chain_.run(state, strength, limits_, observables), experiment_.times),
                   1.0 / static_cast<double>(strengths_.size()));
      const auto& report = chain_.report();
      longest_.vectors = std::max(longest_.vectors, report.vectors);
      longest_.tail = std::max(longest_.tail, report.tail);
      longest_.orthogonality = std::max(longest_.orthogonality, report.orthogonality);
    }
    return averages;
  }

  const Experiment& experiment_;
  const parallel::Communicator& group_;
  double work_share_;
  RowRange slab_;
  std::array<Diagonal, 2> energies_;
  std::unique_ptr<LanczosCoupling<T>> coupling_;
  LanczosChain<T> chain_;
  std::vector<double> strengths_;  ///< whose mean is taken
  ChainLimits limits_;
  ChainReport longest_;  ///< the worst of the last realization's chains
};

}  // namespace

std::unique_ptr<Engine> make_lanczos_engine(const Experiment& experiment,
                                            const parallel::Communicator& group,
                                            const SolverOptions& options) {
  if (experiment.coupling->is_real()) {
    return std::make_unique<Lanczos<double>>(experiment, group, options);
  }
  return std::make_unique<Lanczos<std::complex<double>>>(experiment, group, options);
}

}  // namespace rmtheat::dynamics
