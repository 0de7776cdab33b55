#include "rmtheat/model/coupling.hpp"

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
  constexpr std::size_t at_a_time = 128;
  std::array<double, at_a_time> x;
  std::array<double, at_a_time> y;
  for (std::size_t first = 0; first < elements.size(); first += at_a_time) {
    const std::size_t count = std::min(at_a_time, elements.size() - first);
    random_.gaussian_pairs(row + first, column, std::span(x).first(count),
                           std::span(y).first(count));
    for (std::size_t k = 0; k < count; ++k) {
      const auto element = lower_element(row + first + k == column, x[k], y[k]);
      if constexpr (std::is_same_v<T, double>) {
        elements[first + k] = element.real();
      } else {
        elements[first + k] = element;
      }
    }
  }
}

template void CouplingMatrix::draw_column(std::size_t, std::size_t, std::span<double>) const;
template void CouplingMatrix::draw_column(std::size_t, std::size_t,
                                          std::span<std::complex<double>>) const;

}  // namespace rmtheat::model
