#include "rmtheat/dynamics/diagonalization/matrix_elements.hpp"

#include <algorithm>
#include <complex>
#include <functional>

#include "rmtheat/support/blas.hpp"

namespace rmtheat::dynamics {
namespace {

using Complex = std::complex<double>;

/// std::complex<double> is layout-compatible with double[2].
template <class T>
const double* as_reals(std::span<const T> columns) {
  return reinterpret_cast<const double*>(columns.data());
}

/// Product states that E_1 must be constant on for its products to be built up in runs: measured,
/// as long as shorter products of matrices take no more time than whole ones.
constexpr std::size_t shortest_run = 5;

/// Columns on the left that are multiplied run by run at once: what they are added up in stays in
/// the cache.
constexpr std::size_t rows_in_cache = 192;

}  // namespace

template <class T>
void MatrixElements<T>::find_runs(const Diagonal& energy) {
  runs_.clear();
  for (std::size_t a = 0; a < energy.size(); ++a) {
    if (a == 0 || energy[a] != energy[a - 1]) {
      runs_.push_back({a, 0, energy[a]});
    }
    ++runs_.back().count;
  }
  for (std::size_t r = 0; r + 1 < runs_.size(); ++r) {
    runs_[r].step -= runs_[r + 1].step;
  }
}

template <class T>
void MatrixElements<T>::set_operators(std::vector<PanelOperator> operators,
                                      const Diagonal& energy) {
  operators_ = std::move(operators);
  dimension_ = energy.size();
  find_runs(energy);
  const bool in_runs = dimension_ >= shortest_run * runs_.size();
  places_.assign(operators_.size(), {whole, 0});
  groups_ = {};
  for (std::size_t k = 0; k < operators_.size(); ++k) {
    if (const auto factor = operators_[k].times_energy; factor && in_runs) {
      places_[*factor].group = by_runs;
      groups_[by_runs].push_back(*factor);
      places_[k].group = times_energy;
      groups_[times_energy].push_back(k);
    }
  }
  for (std::size_t k = 0; k < operators_.size(); ++k) {
    if (places_[k].group == whole) {
      groups_[whole].push_back(k);
    }
  }
  for (const auto& group : groups_) {
    for (std::size_t k = 0; k < group.size(); ++k) {
      places_[group[k]].index = k;
    }
  }
}

template <class T>
void MatrixElements<T>::apply(const Diagonal& diagonal, const double* column, std::size_t to) {
  for (std::size_t part = 0; part < parts; ++part) {
    double* out = right_[part].data() + to;
    const double* in = column + part * dimension_;
    for (std::size_t a = 0; a < dimension_; ++a) {
      out[a] = diagonal[a] * in[a];
    }
  }
  if constexpr (parts == 2) {
    std::transform(right_[0].data() + to, right_[0].data() + to + dimension_, right_[1].data() + to,
                   right_[2].data() + to, std::plus<>());
  }
}

template <class T>
void MatrixElements<T>::set_right(std::span<const T> columns) {
  n_right_ = columns.size() / dimension_;
  for (auto& numbers : right_) {
    grow(numbers, dimension_ * (groups_[whole].size() + groups_[by_runs].size()) * n_right_);
  }
  std::size_t to = 0;
  for (const Group group : {whole, by_runs}) {
    const double* column = as_reals(columns);
    for (std::size_t m = 0; m < n_right_; ++m, column += parts * dimension_) {
      for (const std::size_t k : groups_[group]) {
        apply(operators_[k].diagonal, column, to);
        to += dimension_;
      }
    }
  }
}

template <class T>
void MatrixElements<T>::multiply_whole(std::size_t which, Left left, std::size_t first,
                                       std::size_t count) {
  const std::size_t operators = groups_[whole].size();
  blas::gemm(blas::Operation::transpose, blas::Operation::none, static_cast<std::int64_t>(n_left_),
             static_cast<std::int64_t>(operators * count), static_cast<std::int64_t>(dimension_),
             1.0, left.numbers, static_cast<std::int64_t>(left.stride),
             right_[which].data() + first * operators * dimension_,
             static_cast<std::int64_t>(dimension_), 0.0, products_[which].data(),
             static_cast<std::int64_t>(n_left_));
}

template <class T>
void MatrixElements<T>::multiply_runs(std::size_t which, Left left, std::size_t first,
                                      std::size_t count) {
  const std::size_t operators = groups_[by_runs].size();
  if (operators == 0) {
    return;
  }
  const double* right =
      right_[which].data() + (groups_[whole].size() * n_right_ + first * operators) * dimension_;
  const std::size_t n_all = operators * count;
  double* const sums = products_[which].data() + first_product_[by_runs];
  double* const weighted = products_[which].data() + first_product_[times_energy];
  for (std::size_t row = 0; row < n_left_; row += rows_in_cache) {
    const std::size_t rows = std::min(rows_in_cache, n_left_ - row);
    for (const Run& run : runs_) {
      const bool is_first = run.first == 0;
      blas::gemm(blas::Operation::transpose, blas::Operation::none, static_cast<std::int64_t>(rows),
                 static_cast<std::int64_t>(n_all), static_cast<std::int64_t>(run.count), 1.0,
                 left.numbers + row * left.stride + run.first,
                 static_cast<std::int64_t>(left.stride), right + run.first,
                 static_cast<std::int64_t>(dimension_), is_first ? 0.0 : 1.0, sums + row,
                 static_cast<std::int64_t>(n_left_));
      for (std::size_t k = 0; k < n_all; ++k) {
        const double* sum = sums + k * n_left_ + row;
        double* out = weighted + k * n_left_ + row;
        for (std::size_t n = 0; n < rows; ++n) {
          out[n] = run.step * sum[n] + (is_first ? 0.0 : out[n]);
        }
      }
    }
  }
}

template <class T>
void MatrixElements<T>::multiply(std::span<const T> columns, std::size_t first, std::size_t count) {
  n_left_ = columns.size() / dimension_;
  std::size_t size = 0;
  for (std::size_t group = 0; group < group_count; ++group) {
    first_product_[group] = size;
    size += n_left_ * groups_[group].size() * count;
  }
  for (auto& product : products_) {
    grow(product, size);
  }
  const auto multiply = [&](std::size_t which, Left left) {
    multiply_whole(which, left, first, count);
    multiply_runs(which, left, first, count);
  };
  const double* left = as_reals(columns);
  multiply(0, {left, parts * dimension_});
  if constexpr (parts == 2) {
    grow(left_difference_, n_left_ * dimension_);
    for (std::size_t n = 0; n < n_left_; ++n) {
      const double* column = left + 2 * dimension_ * n;
      double* difference = left_difference_.data() + dimension_ * n;
      for (std::size_t a = 0; a < dimension_; ++a) {
        difference[a] = column[a] - column[dimension_ + a];
      }
    }
    multiply(1, {left + dimension_, 2 * dimension_});
    multiply(2, {left_difference_.data(), dimension_});
    auto& [real, imaginary, cross] = products_;
    for (std::size_t k = 0; k < size; ++k) {
      const double p = real[k];
      const double q = imaginary[k];
      real[k] = p + q;
      imaginary[k] = cross[k] - p + q;
    }
  }
}

template class MatrixElements<double>;
template class MatrixElements<Complex>;

}  // namespace rmtheat::dynamics
