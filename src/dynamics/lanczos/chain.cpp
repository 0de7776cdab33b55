#include "rmtheat/dynamics/lanczos/chain.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "lanczos/reduction.hpp"
#include "rmtheat/support/error.hpp"

namespace rmtheat::dynamics {
namespace {

/// A remainder that is smaller than this relative to what it was projected from is rounding: the
/// Krylov space is invariant.
constexpr double rounding_level = 1e-13;

/// Largest overlap between Lanczos vectors that is taken for orthogonal.
constexpr double orthogonality_tolerance = 1e-8;

/// Convergence is tested at lengths that grow by this part, so that testing stays cheap.
constexpr std::size_t test_interval_fraction = 24;
constexpr std::size_t shortest_test_interval = 4;

template <class T>
double squared_norm(std::span<const T> vector) {
  double sum = 0.0;
  for (const T& element : vector) {
    sum += std::norm(element);
  }
  return sum;
}

}  // namespace

/// Accepts the candidate as the next vector q_k, adds its column to T, and makes H q_k the new
/// candidate.
template <class T>
void LanczosChain<T>::extend(KrylovModel<T>& model, double scale) {
  const std::size_t step = basis_.size();
  const std::size_t size = step + 1;
  double uncoupled = 0.0;  // <q_k|H_1 + H_2|q_k>
  const auto hamiltonian = [&](std::size_t first, std::span<const T> newest, std::span<T> image) {
    coupling_.image(step, first, image);
    for (std::size_t row = 0; row < newest.size(); ++row) {
      const double energy = energies_[0][first + row] + energies_[1][first + row];
      uncoupled += energy * std::norm(newest[row]);
      image[row] = energy * newest[row] + strength_ * image[row];
    }
  };
  components_.resize(size + 1);
  const auto overlaps = std::span(components_).first(size);
  if (coupling_.needs_vector()) {
    basis_.accept(corrections_, scale);
    basis_.copy_vector(step, coupling_.vector_rows());
    coupling_.multiply();
    basis_.apply(hamiltonian, overlaps);
  } else {
    basis_.accept_and_apply(corrections_, scale, hamiltonian, overlaps);
  }
  components_[size] = uncoupled;
  sum_over_ranks(group_, std::span(components_));
  uncoupled = std::real(components_[size]);
  components_.resize(size);
  model.diagonal.push_back(uncoupled + coupling_.expectation_factor() *
                                           (std::real(components_.back()) - uncoupled));
}

/// Projects the candidate on the orthogonal complement of the basis, up to corrections_, and
/// returns the norm of what remains, zero when that is rounding.
template <class T>
double LanczosChain<T>::next_norm(const KrylovModel<T>& model) {
  const std::size_t size = model.size();
  corrections_.resize(size + 1);
  const double local = basis_.project(components_, std::span(corrections_).first(size));
  corrections_[size] = local;
  sum_over_ranks(group_, std::span(corrections_));
  const double once_projected = std::real(corrections_[size]);
  corrections_.resize(size);
  const double remainder = once_projected - squared_norm<T>(corrections_);
  const double before = once_projected + squared_norm<T>(components_);
  if (!std::isfinite(before)) {
    throw NumericalError(
        fmt::format("The Lanczos recursion broke down after {} vectors: not a number.", size));
  }
  const bool invariant = remainder <= rounding_level * rounding_level * before;
  return invariant ? 0.0 : std::sqrt(remainder);
}

/// Q^dagger O Q of an observable, as the model keeps it.
template <class T>
std::vector<T> LanczosChain<T>::projected(const Diagonal& observable) const {
  // Measured from the lowest one values are weights; of the orthonormal basis that is a shift.
  const double lowest = group_.min(
      std::accumulate(observable.begin(), observable.end(), std::numeric_limits<double>::infinity(),
                      [](double a, double b) { return std::min(a, b); }));
  Diagonal weights(observable.size());
  std::ranges::transform(observable, weights.begin(),
                         [lowest](double value) { return value - lowest; });
  auto products = basis_.weighted_products(weights);
  sum_over_ranks(group_, std::span(products));
  for (std::size_t k = 0, diagonal = 0; k < basis_.size(); ++k, diagonal += k + 1) {
    products[diagonal] += lowest;
  }
  return products;
}

/// The newest vector's largest overlap with an earlier one.
template <class T>
double LanczosChain<T>::orthogonality_defect() {
  std::vector<T> overlaps(basis_.size());
  basis_.apply([](std::size_t, std::span<const T> newest,
                  std::span<T> copy) { std::ranges::copy(newest, copy.begin()); },
               overlaps);
  sum_over_ranks(group_, std::span(overlaps));
  double largest = std::abs(overlaps.back() - T(1));
  for (std::size_t k = 0; k + 1 < overlaps.size(); ++k) {
    largest = std::max(largest, std::abs(overlaps[k]));
  }
  return largest;
}

template <class T>
std::vector<std::complex<double>> LanczosChain<T>::combination(
    std::span<const std::complex<double>> amplitudes) const {
  std::vector<T> vector(energies_[0].size());
  std::vector<std::complex<double>> sum(vector.size());
  for (std::size_t k = 0; k < amplitudes.size(); ++k) {
    basis_.copy_vector(k, vector);
    for (std::size_t row = 0; row < sum.size(); ++row) {
      sum[row] += amplitudes[k] * vector[row];
    }
  }
  return sum;
}

template <class T>
KrylovModel<T> LanczosChain<T>::run(std::span<const T> state, double strength,
                                    const ChainLimits& limits, std::span<const Diagonal> more) {
  KrylovModel<T> model;
  report_ = {};
  strength_ = strength;
  basis_.start(state);
  corrections_.clear();
  model.norm_squared = group_.sum(squared_norm(state));
  if (model.norm_squared == 0.0) {
    return model;
  }
  double scale = 1.0 / std::sqrt(model.norm_squared);
  std::size_t next_test = shortest_test_interval;
  for (;;) {
    extend(model, scale);
    const std::size_t size = model.size();
    if (size == dimension_) {
      report_.tail = 0.0;
      break;
    }
    if (size >= next_test) {
      report_.tail = KrylovAmplitudes(model.diagonal, model.off_diagonal).tail(limits.times);
      if (report_.tail <= limits.tolerance) {
        break;
      }
      next_test = size + std::max(shortest_test_interval, size / test_interval_fraction);
    }
    const double norm = next_norm(model);
    if (norm == 0.0) {
      report_.tail = 0.0;
      break;
    }
    model.off_diagonal.push_back(norm);
    scale = 1.0 / norm;
  }
  report_.vectors = model.size();
  report_.orthogonality = orthogonality_defect();
  if (!(report_.orthogonality <= orthogonality_tolerance)) {
    throw NumericalError(
        fmt::format("Of {} Lanczos vectors the last has an overlap of {:.2g} with an earlier one.",
                    report_.vectors, report_.orthogonality));
  }
  for (const auto& energies : energies_) {
    model.observables.push_back(projected(energies));
  }
  for (const auto& observable : more) {
    model.observables.push_back(projected(observable));
  }
  return model;
}

template class LanczosChain<double>;
template class LanczosChain<std::complex<double>>;

}  // namespace rmtheat::dynamics
