#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rmtheat/dynamics/lanczos/coupling.hpp"
#include "rmtheat/dynamics/lanczos/krylov_model.hpp"
#include "rmtheat/dynamics/product_basis.hpp"
#include "rmtheat/linalg/krylov/krylov_basis.hpp"
#include "rmtheat/parallel/communicator.hpp"

namespace rmtheat::dynamics {

/// When a chain is long enough.
struct ChainLimits {
  std::vector<double> times;  ///< at which the state is wanted
  double tolerance = 0.0;     ///< of the last component |c_K(t)| at all of them
};

/// What a chain reached.
struct ChainReport {
  std::size_t vectors = 0;     ///< K
  double tail = 0.0;           ///< largest |c_K(t)|; zero in an invariant subspace
  double orthogonality = 0.0;  ///< largest |<q_j|q_K>|, j < K
};

/// The Lanczos recursion on H = H_1 + H_2 + lambda V from a given state, with full
/// reorthogonalization, its vectors distributed over a group's ranks by slabs of rows.
template <class T>
class LanczosChain {
 public:
  /// References must outlive the chain. `energies` are those of both systems in this rank's slab.
  LanczosChain(const parallel::Communicator& group, const std::array<Diagonal, 2>& energies,
               std::size_t dimension, LanczosCoupling<T>& coupling)
      : group_(group),
        energies_(energies),
        dimension_(dimension),
        coupling_(coupling),
        basis_(energies[0].size()) {}

  /// Grows a chain from `state`, this rank's rows, at lambda = `strength`, of any sign, until it is
  /// long enough or spans an invariant subspace. Empty for a zero state. `more` are observables
  /// besides the energies. The coupling must have been started. Collective. Throws NumericalError
  /// when the recursion breaks down.
  KrylovModel<T> run(std::span<const T> state, double strength, const ChainLimits& limits,
                     std::span<const Diagonal> more = {});

  /// About the last run.
  [[nodiscard]] const ChainReport& report() const { return report_; }

 private:
  void extend(KrylovModel<T>& model, double scale);
  [[nodiscard]] double next_norm(const KrylovModel<T>& model);
  [[nodiscard]] double orthogonality_defect();
  [[nodiscard]] std::vector<T> projected(const Diagonal& observable) const;

  const parallel::Communicator& group_;
  const std::array<Diagonal, 2>& energies_;
  std::size_t dimension_;
  double strength_ = 0.0;  ///< of the present run
  LanczosCoupling<T>& coupling_;
  linalg::KrylovBasis<T> basis_;
  std::vector<T> components_;   ///< of the candidate on the basis, to be projected out
  std::vector<T> corrections_;  ///< what the first projection left of them
  ChainReport report_;
};

}  // namespace rmtheat::dynamics
