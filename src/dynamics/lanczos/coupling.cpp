#include "rmtheat/dynamics/lanczos/coupling.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <type_traits>

#include "lanczos/reduction.hpp"
#include "rmtheat/support/blas.hpp"

namespace rmtheat::dynamics {
namespace {

/// Columns of the random stream per chain: more than any chain has vectors.
constexpr unsigned chain_shift = 32;

template <class T>
constexpr double parts = std::is_same_v<T, double> ? 1.0 : 2.0;

}  // namespace

template <class T>
SampledCoupling<T>::SampledCoupling(std::size_t dimension, RowRange slab, std::uint64_t seed)
    : slab_(slab),
      seed_(seed),
      deviation_(1.0 / std::sqrt(parts<T> * static_cast<double>(dimension))),
      random_(seed, 0, Stream::vectors) {}

template <class T>
void SampledCoupling<T>::start(std::uint64_t realization, std::uint64_t chain) {
  random_ = PhiloxStream(seed_, realization, Stream::vectors);
  first_column_ = chain << chain_shift;
}

template <class T>
void SampledCoupling<T>::image(std::size_t step, std::size_t first, std::span<T> rows) const {
  random_.for_each_gaussian_pair(slab_.first + first, first_column_ + step, rows.size(),
                                 [&](std::size_t k, double x, double y) {
                                   if constexpr (std::is_same_v<T, double>) {
                                     rows[k] = deviation_ * x;
                                   } else {
                                     rows[k] = {deviation_ * x, deviation_ * y};
                                   }
                                 });
}

template <class T>
double SampledCoupling<T>::expectation_factor() const {
  return std::numbers::sqrt2;
}

template <class T>
DrawnCoupling<T>::DrawnCoupling(const parallel::Communicator& group,
                                const model::Experiment& experiment, RowRange slab,
                                CouplingStorage storage)
    : group_(group),
      experiment_(experiment),
      slab_(slab),
      matrix_(storage == CouplingStorage::stored ? slab.count * experiment.dimension() : 0),
      vector_(experiment.dimension()),
      product_(slab.count) {}

template <class T>
void DrawnCoupling<T>::start(std::uint64_t realization, std::uint64_t /*chain*/) {
  if (realization_ == realization) {
    return;
  }
  realization_ = realization;
  coupling_ = model::draw_coupling(experiment_, realization);
  if (matrix_.empty()) {
    return;
  }
  for (std::size_t column = 0; column < vector_.size(); ++column) {
    for (std::size_t row = 0; row < slab_.count; ++row) {
      const auto element = coupling_->element(slab_.first + row, column);
      if constexpr (std::is_same_v<T, double>) {
        matrix_[column * slab_.count + row] = element.real();
      } else {
        matrix_[column * slab_.count + row] = element;
      }
    }
  }
}

template <class T>
std::span<T> DrawnCoupling<T>::vector_rows() {
  return std::span(vector_).subspan(slab_.first, slab_.count);
}

template <class T>
void DrawnCoupling<T>::multiply() {
  const auto after = vector_rows().end() - std::span(vector_).begin();
  std::fill_n(vector_.begin(), slab_.first, T(0));
  std::fill(vector_.begin() + after, vector_.end(), T(0));
  sum_over_ranks(group_, std::span(vector_));
  if (slab_.count == 0) {
    return;
  }
  if (matrix_.empty()) {
    coupling_->multiply(std::span<const T>(vector_), slab_.first, std::span<T>(product_));
    return;
  }
  blas::gemv(blas::Operation::none, static_cast<std::int64_t>(slab_.count),
             static_cast<std::int64_t>(vector_.size()), T(1), matrix_.data(),
             static_cast<std::int64_t>(slab_.count), vector_.data(), T(0), product_.data());
}

template <class T>
void DrawnCoupling<T>::image(std::size_t /*step*/, std::size_t first, std::span<T> rows) const {
  std::copy_n(product_.begin() + static_cast<std::ptrdiff_t>(first), rows.size(), rows.begin());
}

template class SampledCoupling<double>;
template class SampledCoupling<std::complex<double>>;
template class DrawnCoupling<double>;
template class DrawnCoupling<std::complex<double>>;

}  // namespace rmtheat::dynamics
