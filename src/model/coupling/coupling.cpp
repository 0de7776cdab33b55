#include "rmtheat/model/coupling/coupling.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <type_traits>

namespace rmtheat::model {

CouplingMatrix::CouplingMatrix(CouplingEnsemble ensemble, std::size_t dimension, std::uint64_t seed,
                               std::uint64_t realization)
    : ensemble_(ensemble),
      dimension_(dimension),
      random_(seed, realization, Stream::coupling),
      deviation_(1.0 / std::sqrt(static_cast<double>(dimension))) {}

std::complex<double> CouplingMatrix::lower_element(bool on_diagonal, double x, double y) const {
  if (ensemble_ == CouplingEnsemble::goe) {
    return on_diagonal ? deviation_ * std::numbers::sqrt2 * x : deviation_ * x;
  }
  if (on_diagonal) {
    return deviation_ * x;
  }
  const double part = deviation_ / std::numbers::sqrt2;
  return {part * x, part * y};
}

std::complex<double> CouplingMatrix::element(std::size_t row, std::size_t column) const {
  const auto [lower, upper] = std::minmax(row, column);
  const auto [x, y] = random_.gaussian_pair(upper, lower);
  const auto element = lower_element(row == column, x, y);
  return row < column ? std::conj(element) : element;
}

template <class T>
void CouplingMatrix::draw_column(std::size_t row, std::size_t column, std::span<T> elements) const {
  random_.for_each_gaussian_pair(row, column, elements.size(),
                                 [&](std::size_t k, double x, double y) {
                                   const auto element = lower_element(row + k == column, x, y);
                                   if constexpr (std::is_same_v<T, double>) {
                                     elements[k] = element.real();
                                   } else {
                                     elements[k] = element;
                                   }
                                 });
}

template void CouplingMatrix::draw_column(std::size_t, std::size_t, std::span<double>) const;
template void CouplingMatrix::draw_column(std::size_t, std::size_t,
                                          std::span<std::complex<double>>) const;

}  // namespace rmtheat::model
