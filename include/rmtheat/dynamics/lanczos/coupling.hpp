#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rmtheat/dynamics/product_basis.hpp"
#include "rmtheat/dynamics/solver_options.hpp"
#include "rmtheat/model/experiment.hpp"
#include "rmtheat/parallel/communicator.hpp"
#include "rmtheat/support/philox.hpp"

namespace rmtheat::dynamics {

/// What a Lanczos recursion must know of the coupling matrix V: its product with each new Lanczos
/// vector, up to parts that the recursion projects out.
template <class T>
class LanczosCoupling {
 public:
  LanczosCoupling() = default;
  LanczosCoupling(const LanczosCoupling&) = delete;
  LanczosCoupling(LanczosCoupling&&) = delete;
  LanczosCoupling& operator=(const LanczosCoupling&) = delete;
  LanczosCoupling& operator=(LanczosCoupling&&) = delete;
  virtual ~LanczosCoupling() = default;

  /// Begins the chain with this index within a realization.
  virtual void start(std::uint64_t realization, std::uint64_t chain) = 0;
  /// True: multiply() must have seen the whole vector before image() is called.
  [[nodiscard]] virtual bool needs_vector() const = 0;
  /// Where the local rows of the newest vector go before multiply(). Only where needs_vector().
  virtual std::span<T> vector_rows() = 0;
  /// Multiplies the vector. Collective. Only where needs_vector().
  virtual void multiply() = 0;
  /// Rows of the image of vector `step`, from local row `first` on.
  virtual void image(std::size_t step, std::size_t first, std::span<T> rows) const = 0;
  /// <q_k|V|q_k> is this number times Re <q_k|image>.
  [[nodiscard]] virtual double expectation_factor() const = 0;
};

/// A coupling that is drawn as the recursion asks for it; no matrix exists.
///
/// The Gaussian ensembles look alike in every basis, so that V may be drawn in the Lanczos basis,
/// one column per step. When V is first applied to q_k, its elements with earlier vectors are fixed
/// by Hermiticity, and in the recursion they cancel those of H_1 + H_2. Free are the real diagonal
/// element and the component outside of the vectors known, an isotropic Gaussian vector. Both come
/// from one vector g of independent Gaussian numbers, E|g_a|^2 = 1/D, complex (gue) or real (goe):
/// its part outside of the basis, and sqrt(2) Re <q_k|g>, of variance 1/D (gue) or 2/D (goe) and
/// independent of that part. The chain is equal in law to one with V drawn beforehand, at every D
/// (compare Y. M. Lu, "Householder Dice", arXiv:2101.07464).
///
/// Each number is a function of (seed, realization, chain, step, row): the same on every number of
/// ranks. Chains of one realization draw independent couplings.
template <class T>
class SampledCoupling final : public LanczosCoupling<T> {
 public:
  SampledCoupling(std::size_t dimension, RowRange slab, std::uint64_t seed);

  void start(std::uint64_t realization, std::uint64_t chain) override;
  [[nodiscard]] bool needs_vector() const override { return false; }
  std::span<T> vector_rows() override { return {}; }
  void multiply() override {}
  void image(std::size_t step, std::size_t first, std::span<T> rows) const override;
  [[nodiscard]] double expectation_factor() const override;

 private:
  RowRange slab_;
  std::uint64_t seed_;
  double deviation_;  ///< of the real and of the imaginary part
  PhiloxStream random_;
  std::uint64_t first_column_ = 0;
};

/// The coupling matrix of the diagonalization engine: by its own product with a vector, or stored,
/// a slab of its rows on each rank, D^2 numbers in all, for comparison at small D.
template <class T>
class DrawnCoupling final : public LanczosCoupling<T> {
 public:
  /// References must outlive the object.
  DrawnCoupling(const parallel::Communicator& group, const model::Experiment& experiment,
                RowRange slab, CouplingStorage storage);
  void start(std::uint64_t realization, std::uint64_t chain) override;
  [[nodiscard]] bool needs_vector() const override { return true; }
  std::span<T> vector_rows() override;
  void multiply() override;
  void image(std::size_t step, std::size_t first, std::span<T> rows) const override;
  [[nodiscard]] double expectation_factor() const override { return 1.0; }

 private:
  const parallel::Communicator& group_;
  const model::Experiment& experiment_;
  RowRange slab_;
  std::optional<std::uint64_t> realization_;  ///< whose V is held
  std::unique_ptr<const model::Coupling> coupling_;
  std::vector<T> matrix_;   ///< (slab rows, D), column-major; empty where not stored
  std::vector<T> vector_;   ///< (D)
  std::vector<T> product_;  ///< (slab rows)
};

}  // namespace rmtheat::dynamics
